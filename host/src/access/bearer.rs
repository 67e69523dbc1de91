//! Where requests carry a credential.

use serde_json::Value;

/// The credential of a header `Authorization`, or of what stands in its place (RFC 6750, 2.1).
pub(super) fn of_header(header: &str) -> Option<&str> {
    let (scheme, credential) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
}

/// The credential of a `connection_init` message: `{"Authorization": "Bearer ..."}` or `{"apiKey": "..."}`.
pub(super) fn of_payload(payload: &Value) -> Option<&str> {
    let fields = payload.as_object()?;
    if let Some(key) = fields.get("apiKey") {
        return key.as_str();
    }
    let (_, header) = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    of_header(header.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_header_names_the_scheme_in_any_case() {
        assert_eq!(of_header("Bearer x"), Some("x"));
        assert_eq!(of_header("bearer  x "), Some("x"));
        assert_eq!(of_header("Basic x"), None);
        assert_eq!(of_header("x"), None);
    }

    #[test]
    fn a_payload_has_a_header_or_a_key() {
        assert_eq!(of_payload(&json!({ "Authorization": "Bearer x" })), Some("x"));
        assert_eq!(of_payload(&json!({ "authorization": "Bearer x" })), Some("x"));
        assert_eq!(of_payload(&json!({ "apiKey": "x" })), Some("x"));
        for nothing in
            [json!(null), json!({}), json!("x"), json!({ "apiKey": 1 }), json!({ "authorization": [] })]
        {
            assert_eq!(of_payload(&nothing), None, "{nothing}");
        }
    }
}
