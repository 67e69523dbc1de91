"""Asks a host for everything that can be subscribed to, with gql, and prints one line for each answer."""

import asyncio
import json
import sys

from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

SUBSCRIPTIONS = {
    "anomalyDetected": "subscription { anomalyDetected(startAfter: 0) { blockNumber anomaly { id type } } }",
    "decisionMade": "subscription { decisionMade(startAfter: 0) { blockNumber decision { id decision } } }",
    "actionExecuted": "subscription { actionExecuted(startAfter: 0) { blockNumber action { id type } } }",
    "notificationSent": "subscription { notificationSent(startAfter: 0) { blockNumber notification { id } } }",
    "blockAdded": "subscription { blockAdded(startAfter: 0) { blockNumber block { hash } } }",
    "dashboardUpdated": "subscription { dashboardUpdated { blockNumber dashboard { realtime { ledgerSize } } } }",
}
ANOMALIES = "query Newest($first: Int!) { anomalies(first: $first) { nodes { id severity } } }"
MARK = "mutation Mark($id: UUID!) { markAnomalyAsReal(id: $id) { isReal } }"


def say(name, data):
    print(json.dumps({"name": name, "data": data}))


async def main(url):
    over_http = HTTPXAsyncTransport(url=f"{url}/graphql", timeout=60)
    # Fetching the schema checks every question against it before it is sent.
    async with Client(transport=over_http, fetch_schema_from_transport=True) as session:
        query = gql(ANOMALIES)
        query.variable_values = {"first": 3}
        newest = await session.execute(query)
        say("anomalies", newest)
        mark = gql(MARK)
        mark.variable_values = {"id": newest["anomalies"]["nodes"][0]["id"]}
        say("markAnomalyAsReal", await session.execute(mark))
    over_websocket = WebsocketsTransport(url=f"{url.replace('http', 'ws')}/graphql")
    async with Client(transport=over_websocket) as session:
        for name, subscription in SUBSCRIPTIONS.items():
            async for data in session.subscribe(gql(subscription)):
                say(name, data)
                break


asyncio.run(main(sys.argv[1]))
