//! `policies/README.md`: every word that a policy may use, from the code.

use std::fmt::Write as _;

use super::{
    engine::{MAX_CALL_LEVELS, MAX_ELEMENTS, MAX_OPERATIONS, MAX_TEXT},
    library::CHAPTERS,
    shape::{Field, PARAMETERS, Shape},
    words::Group,
};

const BEGINNING: &str = "\
# Policies

What is to be done about an anomaly, in files that you may edit: [how to](../docs/POLICIES.md).
This page lists every word there is; it is written from the code (`UPDATE_DOCS=1 cargo test reference`).

Each `NAME.rhai` has a `NAME.cases.toml` beside it. `default.rhai` holds for every family; `market.rhai`,
`conflict.rhai` and `behavior.rhai` replace any of its settings (`const NAME = value;` at the top) and functions by
their own of the same name. Two functions answer:

```rhai
fn triage(anomaly, context)            // keep(..), review(..), fix(..) or ask(..)
fn resolve(anomaly, verdict, context)  // follow(verdict), keep(..), review(..) or fix(..), with actions and messages
```

`triage` comes first. `verdict` is what it decided, or what the agent answered where it asked; `resolve` has the last
word. A policy that fails, or takes too long, ends in REVIEW. The language is [Rhai](https://rhai.rs/book) without
modules, closures, `switch`, `eval` and output.
";

/// The whole page: every word that a policy may use, in Markdown.
pub fn page() -> String {
    let mut page = BEGINNING.to_owned();
    for (name, about, field) in [
        ("anomaly", "What is to be decided.", &PARAMETERS.anomaly),
        ("context", "What else is known at that moment.", &PARAMETERS.context),
        ("verdict", "What came of `triage` or of the agent; only in `resolve`.", &PARAMETERS.verdict),
    ] {
        let _ = write!(page, "\n## `{name}`\n\n{about}\n\n| field | | |\n|---|---|---|\n");
        fields(&mut page, name, field);
    }
    words(&mut page);
    functions(&mut page);
    let _ = write!(
        page,
        "\n## Limits\n\n{MAX_OPERATIONS} steps in one call, functions {MAX_CALL_LEVELS} deep, {MAX_TEXT} bytes in a text, {MAX_ELEMENTS} \
         elements in a list\nor map, 65536 bytes in a file. No files, no network, no clock, no chance: equal cases have \
         equal answers.\n"
    );
    page
}

fn fields(page: &mut String, path: &str, field: &Field) {
    let Shape::Record(fields) = &field.shape else { return };
    for (name, field) in fields {
        let path = format!("{path}.{name}");
        let optional = if field.is_optional { " or `()`" } else { "" };
        let _ =
            writeln!(page, "| `{path}` | {}{optional} | {} |", kind(field), field.doc.replace('|', "\\|"));
        match &field.shape {
            Shape::List(element) => self::fields(page, &format!("{path}[i]"), element),
            _ => self::fields(page, &path, field),
        }
    }
}

fn kind(field: &Field) -> String {
    match &field.shape {
        Shape::Record(_) => "record".to_owned(),
        Shape::Numbers => "map of numbers".to_owned(),
        Shape::List(element) => format!("list of {}s", kind(element)),
        Shape::Words(..) => "word".to_owned(),
        Shape::Number { is_whole: true } => "whole number".to_owned(),
        Shape::Number { is_whole: false } => "number".to_owned(),
        Shape::Text => "text".to_owned(),
    }
}

fn words(page: &mut String) {
    page.push_str(
        "\n## Words\n\nBare names, without quotes. Severities compare from LOW to CRITICAL; no other words have an order.\n\n\
         | about | words |\n|---|---|\n",
    );
    for group in Group::ALL {
        let names: Vec<String> = group.words().into_iter().map(|word| format!("`{}`", word.name)).collect();
        let _ = writeln!(page, "| {} | {} |", group.about(), names.join(" "));
    }
    page.push_str(
        "\nA priority may also be a severity. Kinds of detectors of your own are texts, which a setting has to name:\n\
         `const OWN_KINDS = [\"WIDE_RANGE\"];`\n",
    );
}

fn functions(page: &mut String) {
    for chapter in &CHAPTERS {
        let _ = write!(page, "\n## {}\n\n| function | | example |\n|---|---|---|\n", chapter.title);
        for one in chapter.functions {
            let _ = writeln!(page, "| `{}` | {} | `{}` |", one.signature, one.doc, one.example);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use rhai::Scope;

    use super::*;
    use crate::{
        domain::{
            case::{Case, Context},
            family::Family,
            judgement::Verdict,
            vocabulary::DecisionType,
        },
        policy::{case_values, cases, engine::ENGINE, library, program::Parsed, words},
    };

    #[test]
    fn the_committed_page_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/README.md");
        if env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, page()).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap();
        assert!(committed == page(), "run the tests with UPDATE_DOCS=1 and commit policies/README.md");
    }

    #[test]
    fn every_listed_function_works_as_its_example_says() {
        let anomaly = serde_json::from_value(cases::usual(Family::Market)).unwrap();
        let case = Case { anomaly, context: Context::default() };
        let verdict = Verdict::of_policy(DecisionType::Fix, 0.9, "certain".to_owned());
        let (anomaly, context) = case_values::of_case(&case).unwrap();
        let verdict = case_values::of_verdict(&verdict).unwrap();
        for function in library::functions() {
            let mut scope: Scope = words::scope();
            scope
                .push("anomaly", anomaly.clone())
                .push("context", context.clone())
                .push("verdict", verdict.clone());
            let parsed =
                Parsed::new("example", function.example).unwrap_or_else(|problem| panic!("{problem}"));
            let answer = ENGINE.eval_ast_with_scope::<rhai::Dynamic>(&mut scope, &parsed.ast);
            assert!(answer.is_ok(), "{}: {}", function.signature, answer.unwrap_err());
            assert!(function.example.contains(function.name()), "{} shows another", function.signature);
        }
    }
}
