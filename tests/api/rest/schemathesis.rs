use std::process::Command;

use tests::repository;

use super::seeded;

/// What has to hold for whatever a client sends.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,allow_header_conformance,unsupported_method";

/// The same requests each time, some dozens for each operation.
const BOUNDS: [&str; 8] =
    ["--seed", "1", "--max-examples", "15", "--phases", "examples,coverage,fuzzing", "--workers", "1"];

#[tokio::test]
async fn whatever_is_sent_is_answered_as_the_document_says() {
    let rest = seeded("rest_schemathesis").await;
    let program = repository().join("target/clients/venv/bin/schemathesis");
    let ran = Command::new(&program)
        .args(["run", &format!("{}/api/openapi.json", rest.serving.url), "--url", &rest.serving.url])
        .args(["--checks", CHECKS, "--no-shrink", "--suppress-health-check", "all", "--warnings", "off"])
        .args(BOUNDS)
        .current_dir(rest.site.path(""))
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `.ci/clients` installs it", program.display()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}
