//! Lists that people read.

/// As much of a hash as tells it from others.
const DIGITS: usize = 12;

/// A hash, cut to what tells it from others.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..DIGITS).unwrap_or(hash)
}

/// Prints columns, each as wide as its widest cell but the last, with two spaces between.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn print<const N: usize>(head: [&str; N], rows: &[[String; N]]) {
    let widths: [usize; N] = std::array::from_fn(|place| {
        let cells = rows.iter().map(|row| row[place].chars().count());
        cells.chain([head[place].len()]).max().unwrap_or_default()
    });
    let line = |cells: &[String; N]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    println!("{}", line(&head.map(str::to_owned)));
    for row in rows {
        println!("{}", line(row));
    }
}
