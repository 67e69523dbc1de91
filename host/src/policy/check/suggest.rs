//! What somebody may have meant.

/// The known name that is most like `name`, if one is much like it.
pub(super) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const ALIKE: f64 = 0.8;
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|one| (strsim::jaro_winkler(&name, &one.to_lowercase()), one))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, one)| format!("is `{one}` meant?"))
}

/// The known names, in words.
pub(super) fn listed<'a>(known: impl IntoIterator<Item = &'a str>) -> String {
    format!("there are {}", known.into_iter().collect::<Vec<_>>().join(", "))
}

/// So many values.
pub(super) fn values(count: usize) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}
