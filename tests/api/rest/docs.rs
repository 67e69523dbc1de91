use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use serde_json::Value;
use tests::{binary, database, repository, serving::Site};

use super::{Answer, client, id};

/// Says the status of each answer on standard error.
const CURL: &str =
    "#!/bin/sh\nPATH=\"$REAL_PATH\" exec curl -sS -w '%{stderr}status %{http_code}\\n' \"$@\"\n";

fn text() -> String {
    fs::read_to_string(repository().join("docs/REST.md")).unwrap()
}

#[test]
fn the_table_has_every_operation() {
    let document = fs::read_to_string(repository().join("host/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut rows = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let scope = operation["security"][0]["key"][0].as_str();
            let scope = scope.map(|scope| format!("`{scope}`")).unwrap_or_default();
            let summary = operation["summary"].as_str().unwrap();
            rows.push(format!("| `{} {path}` | {scope} | {summary} |", method.to_uppercase()));
        }
    }
    let rows = rows.join("\n") + "\n";
    let text = text();
    let (_, table) = text.split_once("| operation | scope | |\n|---|---|---|\n").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    assert!(format!("{table}\n") == rows, "the table of docs/REST.md should be\n{rows}");
}

/// Blocks of commands, with the statuses that their answers should have.
fn examples(text: &str) -> Vec<(String, Vec<u16>)> {
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let statuses = |block: &str| {
        let marks = block.lines().filter_map(|line| line.rsplit_once("  # "));
        marks.map(|(_, status)| status.parse().unwrap()).collect()
    };
    blocks
        .map(|block| {
            let statuses = statuses(&block);
            (block, statuses)
        })
        .collect()
}

fn script(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn the_examples_do_what_they_say() {
    let database = database::fresh("rest_examples").await;
    let site = Site::new(&database).with("VYOMO_SERVER__DEVELOPMENT", "false");
    assert_eq!(site.host(&["db", "seed"]).code, 0);
    assert_eq!(site.host(&["policy", "apply"]).code, 0);
    let made = site.host(&["key", "create", "docs", "--scope", "admin"]);
    assert_eq!(made.code, 0, "{made:?}");
    let key = made.out.trim().to_owned();
    let serving = site.serve();
    let client = client();
    let get = async |path: &str| {
        let request = client.get(format!("{}{path}", serving.url)).bearer_auth(&key);
        Answer::of(request).await
    };
    let decision = get("/api/decisions?decision=REVIEW&first=1").await.json()["items"][0].clone();
    let page = get("/api/actions?status=SUCCEEDED&first=200").await.json();
    let undoable =
        page["items"].as_array().unwrap().iter().find(|action| action["canRollBack"] == true).unwrap();

    let folder = site.path("bin");
    fs::create_dir(&folder).unwrap();
    script(&folder, "curl", CURL);
    script(&folder, "host", &format!("#!/bin/sh\nexec {} \"$@\"\n", binary().display()));
    let path = std::env::var("PATH").unwrap();
    for (block, expected) in examples(&text()) {
        let ran = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &block])
            .current_dir(site.path(""))
            .env("PATH", format!("{}:{path}", folder.display()))
            .env("REAL_PATH", &path)
            .env("VYOMO", &serving.url)
            .env("KEY", &key)
            .env("ANOMALY", decision["anomalyId"].as_str().unwrap())
            .env("DECISION", id(&decision))
            .env("ACTION", id(undoable))
            .env("CURSOR", get("/api/actions?first=2").await.json()["nextCursor"].as_str().unwrap())
            .env("ETAG", get("/api/blockchain/0").await.header("etag"))
            .env("PUBLIC_KEY", site.path("data/ledger/key.pub.pem"))
            .output()
            .unwrap();
        let (out, said) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{block}\n{out}\n{said}");
        let statuses = said.lines().filter_map(|line| line.strip_prefix("status "));
        let statuses: Vec<u16> = statuses.map(|status| status.parse().unwrap()).collect();
        assert_eq!(statuses, expected, "{block}\n{out}\n{said}");
    }
}
