//! A question is measured before anything walks through it: fragments within fragments make a short text endless, and no
//! time limit interrupts whoever follows them.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Request, ServerError,
    parser::{
        parse_query,
        types::{
            Directive, DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition,
            OperationType, Selection, SelectionSet,
        },
    },
};

/// Longest text of a question, bytes. Rows and files belong into variables.
const LONGEST: usize = 1 << 20;

/// Most fields, arguments, directives and fragments of a document, with each fragment counted wherever it is used.
const MOST_PARTS: usize = 10_000;

/// Most variables of a document.
const MOST_VARIABLES: usize = 256;

/// Most sets of fields within each other, fragments too.
const DEEPEST: usize = 128;

/// A question that can be looked at in a bounded time.
pub(super) struct Question {
    /// What was asked, read.
    pub(super) request: Request,
    /// What kind of operation it is.
    pub(super) operation: OperationType,
    /// Fields of the operation itself, those in fragments too: each is something of its own to find out or to do.
    pub(super) fields: u32,
}

impl Question {
    /// Reads a question.
    ///
    /// # Errors
    ///
    /// If it is no GraphQL, or too large.
    pub(super) fn read(mut request: Request) -> Result<Self, ServerError> {
        if request.query.len() > LONGEST {
            return Err(refused(format!(
                "the query is longer than {LONGEST} bytes; put values into variables"
            )));
        }
        let document = parse_query(&request.query)?;
        let mut measure = Measure { document: &document, known: HashMap::new() };
        measure.check()?;
        let chosen = chosen(&document, request.operation_name.as_deref());
        let fields = chosen.map_or(Ok(0), |chosen| measure.of(chosen).map(|size| size.fields))?;
        let operation = chosen.map_or(OperationType::Query, |chosen| chosen.ty);
        request.set_parsed_query(document);
        Ok(Self { request, operation, fields: u32::try_from(fields).unwrap_or(u32::MAX) })
    }
}

/// The operation that will run; whoever runs it says so if there is none.
fn chosen<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(named), Some(name)) => named.get(name),
        (DocumentOperations::Multiple(named), None) => named.values().next(),
    };
    found.map(|found| &found.node)
}

fn refused(reason: String) -> ServerError {
    ServerError::new(reason, None)
}

/// How large something is, with all fragments put in.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields, arguments, directives and fragments.
    parts: usize,
    /// Fields of the outermost level.
    fields: usize,
}

impl Size {
    const fn and(self, other: Self) -> Self {
        Self {
            parts: self.parts.saturating_add(other.parts),
            fields: self.fields.saturating_add(other.fields),
        }
    }
}

/// Measures each fragment once, however often it is used.
struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// Nothing is known yet of a fragment that is being measured.
    known: HashMap<&'a str, Option<Size>>,
}

impl<'a> Measure<'a> {
    /// Goes on if all operations and fragments together are small enough.
    fn check(&mut self) -> Result<(), ServerError> {
        let document = self.document;
        let mut whole = Size::default();
        let mut variables = 0;
        for (_, operation) in document.operations.iter() {
            whole = whole.and(self.of(&operation.node)?);
            variables += operation.node.variable_definitions.len();
        }
        for name in document.fragments.keys() {
            whole = whole.and(self.fragment(name, 0)?);
        }
        if whole.parts > MOST_PARTS {
            let reason =
                format!("the query has more than {MOST_PARTS} parts, counting fragments where they are used");
            return Err(refused(reason));
        }
        if variables > MOST_VARIABLES {
            return Err(refused(format!("the query has more than {MOST_VARIABLES} variables")));
        }
        Ok(())
    }

    fn of(&mut self, operation: &'a OperationDefinition) -> Result<Size, ServerError> {
        let size = self.set(&operation.selection_set.node, 0)?;
        Ok(size.and(own(&operation.directives, 0)))
    }

    fn set(&mut self, set: &'a SelectionSet, depth: usize) -> Result<Size, ServerError> {
        if depth > DEEPEST {
            return Err(refused("the query is nested too deep".to_owned()));
        }
        set.items
            .iter()
            .try_fold(Size::default(), |size, item| Ok(size.and(self.selection(&item.node, depth)?)))
    }

    fn selection(&mut self, selection: &'a Selection, depth: usize) -> Result<Size, ServerError> {
        Ok(match selection {
            Selection::Field(field) => {
                let field = &field.node;
                let inner = self.set(&field.selection_set.node, depth + 1)?;
                Size { fields: 1, ..own(&field.directives, field.arguments.len()).and(inner) }
            }
            Selection::InlineFragment(fragment) => {
                let inner = self.set(&fragment.node.selection_set.node, depth + 1)?;
                own(&fragment.node.directives, 0).and(inner)
            }
            Selection::FragmentSpread(spread) => {
                let inner = self.fragment(&spread.node.fragment_name.node, depth + 1)?;
                own(&spread.node.directives, 0).and(inner)
            }
        })
    }

    fn fragment(&mut self, name: &'a Name, depth: usize) -> Result<Size, ServerError> {
        match self.known.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(refused(format!("the fragment {name} is a part of itself"))),
            None => {}
        }
        // Whoever runs the query says which fragments it lacks.
        let Some(Positioned { node, .. }) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        let FragmentDefinition { directives, selection_set, .. } = node;
        self.known.insert(name.as_str(), None);
        let size = self.set(&selection_set.node, depth)?.and(own(directives, 0));
        self.known.insert(name.as_str(), Some(size));
        Ok(size)
    }
}

/// The size of a selection without what is in it.
fn own(directives: &[Positioned<Directive>], arguments: usize) -> Size {
    let directives: usize = directives.iter().map(|it| 1 + it.node.arguments.len()).sum();
    Size { parts: 1 + arguments + directives, fields: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(query: &str) -> u32 {
        Question::read(Request::new(query)).map(|question| question.fields).unwrap()
    }

    fn reason(query: &str) -> String {
        Question::read(Request::new(query)).map(|_| ()).unwrap_err().message
    }

    /// Each fragment holds the next one twice, and the last one `end`.
    fn fan(levels: usize, end: &str) -> String {
        let fragment = |level: usize| format!("fragment F{level} on Query {{ ...F{0} ...F{0} }} ", level + 1);
        let fragments: Vec<String> = (0..levels).map(fragment).collect();
        format!("query {{ ...F0 }} {} fragment F{levels} on Query {{ {end} }}", fragments.concat())
    }

    #[test]
    fn fields_are_counted_wherever_they_are() {
        assert_eq!(fields("{ a b: a { c d } }"), 2);
        assert_eq!(fields(&fan(3, "a ... on Query { b ... { c } }")), 24);
        let two = "query A { a } query B { a b c }";
        assert_eq!(Question::read(Request::new(two).operation_name("B")).map(|it| it.fields).unwrap(), 3);
    }

    #[test]
    fn fragments_within_fragments_are_counted_and_not_followed() {
        assert!(reason(&fan(60, "a")).contains("more than 10000 parts"));
        assert!(
            reason("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
                .contains("part of itself")
        );
        assert!(reason(&fan(200, "a")).contains("too deep"));
    }

    #[test]
    fn long_lists_are_refused() {
        assert!(reason(&format!("{{ {} }}", "a ".repeat(10_001))).contains("parts"));
        let arguments: Vec<String> = (0..10_000).map(|number| format!("x{number}: 1 ")).collect();
        assert!(reason(&format!("{{ a({}) }}", arguments.concat())).contains("parts"));
        let variables: Vec<String> = (0..257).map(|number| format!("$x{number}: Int ")).collect();
        assert!(reason(&format!("query({}) {{ a }}", variables.concat())).contains("variables"));
        assert!(reason(&format!("{{ a(x: \"{}\") }}", "y".repeat(LONGEST))).contains("longer"));
    }
}
