/// One column of rows, for `UNNEST`.
pub(super) fn column<'a, R, V>(rows: &'a [R], value: impl FnMut(&'a R) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}
