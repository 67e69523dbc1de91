use reqwest::{Method, header::ACCEPT};
use serde_json::{Value, json};

use super::{Answer, id, seeded};

#[tokio::test]
async fn whole_lists_come_as_files() {
    let rest = seeded("rest_exports").await;
    for list in ["anomalies", "decisions", "actions"] {
        let all = rest.get(&format!("/api/{list}?first=1000")).await.json()["items"].clone();
        let lines = rest.get(&format!("/api/{list}/export")).await;
        assert_eq!(lines.header("content-type"), "application/x-ndjson");
        assert_eq!(lines.header("content-disposition"), format!("attachment; filename=\"{list}.ndjson\""));
        let lines: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(Value::from(lines), all);

        let table =
            Answer::of(rest.request(Method::GET, &format!("/api/{list}/export")).header(ACCEPT, "text/csv"));
        let table = table.await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        let mut reader = csv::Reader::from_reader(table.text.as_bytes());
        let mut columns: Vec<_> = reader.headers().unwrap().iter().map(ToOwned::to_owned).collect();
        let ids: Vec<_> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(ids, all.as_array().unwrap().iter().map(id).collect::<Vec<_>>());
        columns.sort();
        let fields = all[0].as_object().unwrap().keys().cloned();
        assert_eq!(columns, fields.collect::<Vec<_>>(), "columns of {list}");
    }
    let none = rest.get("/api/actions/export?format=csv&subject=NOBODY").await;
    assert_eq!(none.text.lines().count(), 1, "a header is there without rows too");
}

#[tokio::test]
async fn no_cell_is_a_formula() {
    let rest = seeded("rest_formula").await;
    let decision = rest.first("/api/decisions").await;
    let asked = json!({ "decision": "KEEP", "reason": "=HYPERLINK(\"http://evil.example\")" });
    rest.post(&format!("/api/decisions/{}/override", id(&decision)), &asked).await.json();
    let table = rest.get("/api/decisions/export?format=csv").await.text;
    assert!(table.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{}", &table[..500]);
}
