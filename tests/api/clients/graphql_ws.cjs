// Asks a host for everything that can be subscribed to, with graphql-ws, and prints one line for each answer.

const { createClient } = require("graphql-ws");
const WebSocket = require("ws");

const [url] = process.argv.slice(2);
const client = createClient({ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });

const questions = {
  anomalies: "{ anomalies(first: 3) { nodes { id severity } } }",
  anomalyDetected: "subscription { anomalyDetected(startAfter: 0) { blockNumber anomaly { id type } } }",
  decisionMade: "subscription { decisionMade(startAfter: 0) { blockNumber decision { id decision } } }",
  actionExecuted: "subscription { actionExecuted(startAfter: 0) { blockNumber action { id type } } }",
  notificationSent: "subscription { notificationSent(startAfter: 0) { blockNumber notification { id } } }",
  blockAdded: "subscription { blockAdded(startAfter: 0) { blockNumber block { hash } } }",
  dashboardUpdated: "subscription { dashboardUpdated { blockNumber dashboard { realtime { ledgerSize } } } }",
};

/** The first answer. */
async function first(query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
  throw new Error(`no answer to ${query}`);
}

async function main() {
  let anomaly;
  for (const [name, query] of Object.entries(questions)) {
    const data = await first(query);
    anomaly ??= data.anomalies.nodes[0].id;
    console.log(JSON.stringify({ name, data }));
  }
  const mark = "mutation Mark($id: UUID!) { markAnomalyAsReal(id: $id) { isReal } }";
  console.log(JSON.stringify({ name: "markAnomalyAsReal", data: await first(mark, { id: anomaly }) }));
  await client.dispose();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
