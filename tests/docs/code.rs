//! The tutorial's code is that of a crate that compiles and passes its tests.

use crate::markdown::{DOCUMENTS, blocks, read};

const TUTORIAL: &str = "docs/writing-a-detector.md";

fn assert_verbatim(language: &str, source: &str) {
    let (blocks, source) = (blocks(&read(TUTORIAL), language), read(source));
    assert!(!blocks.is_empty(), "the tutorial has no {language}");
    for block in blocks {
        assert!(source.contains(&block), "not in the tutorial's crate:\n{block}");
    }
}

#[test]
fn rust_blocks_of_the_tutorial_are_in_its_crate() {
    assert_verbatim("rust", "tests/tutorial/src/lib.rs");
}

#[test]
fn the_tutorial_shows_the_whole_detector() {
    let source = read("tests/tutorial/src/lib.rs");
    let (detector, _) = source.split_once("#[cfg(test)]").unwrap();
    let shown: String = blocks(&read(TUTORIAL), "rust").concat();
    for line in detector.lines() {
        assert!(shown.contains(line), "the tutorial does not show `{line}`");
    }
}

#[test]
fn toml_blocks_of_the_tutorial_are_in_its_manifest() {
    assert_verbatim("toml", "tests/tutorial/Cargo.toml");
}

#[test]
fn links_between_files_lead_somewhere() {
    for document in DOCUMENTS {
        let (text, folder) = (read(document), document.rsplit_once('/').map_or("", |(folder, _)| folder));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !target.is_empty() && !target.starts_with("http") {
                let path = tests::repository().join(folder).join(target);
                assert!(path.exists(), "{document} links to {target}, which is not there");
            }
        }
    }
}
