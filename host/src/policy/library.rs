//! Every function that a policy may call, with what it does and an example.

/// A function.
pub(super) struct Function {
    /// How it is called: `name(argument, ...)`, or `value.name(argument, ...)`.
    pub(super) signature: &'static str,
    /// What it does.
    pub(super) doc: &'static str,
    /// An expression that works.
    pub(super) example: &'static str,
}

const fn function(signature: &'static str, doc: &'static str, example: &'static str) -> Function {
    Function { signature, doc, example }
}

/// Functions of one purpose.
pub(super) struct Chapter {
    pub(super) title: &'static str,
    pub(super) functions: &'static [Function],
}

/// All functions.
pub(super) const CHAPTERS: [Chapter; 6] = [
    Chapter {
        title: "Answers",
        functions: &[
            function(
                "keep(reason, confidence)",
                "Nothing is done. Confidence goes from 0 to 1.",
                r#"keep("as usual", 0.9)"#,
            ),
            function("review(reason, confidence)", "A person looks at it.", r#"review("unclear", 0.5)"#),
            function("fix(reason, confidence)", "Something is done about it.", r#"fix("certain", 0.97)"#),
            function(
                "ask(decisions)",
                "The agent is asked; only in `triage`. It may answer one of these decisions and suggest no action.",
                "ask([KEEP, REVIEW])",
            ),
            function(
                "ask(decisions, actions)",
                "The same, and it may suggest these actions; the one you prefer stands first.",
                "ask([KEEP, REVIEW, FIX], [HALT_SYMBOL])",
            ),
            function(
                "follow(verdict)",
                "Decision, reason and confidence of the verdict; only in `resolve`.",
                "follow(verdict)",
            ),
            function(
                "answer.act(action)",
                "Adds an action to an answer of `resolve`, and gives the answer.",
                r#"fix("certain", 0.97).act(halt_symbol(15))"#,
            ),
            function(
                "answer.tell(message)",
                "Adds a message to an answer of `resolve`, and gives the answer.",
                r#"fix("certain", 0.97).tell(notify(HIGH, "a price spike"))"#,
            ),
        ],
    },
    Chapter {
        title: "Actions",
        functions: &[
            function(
                "halt_symbol(minutes)",
                "No more trading in the anomaly's symbol. Minutes: 1 to 1440, here and below.",
                "halt_symbol(15)",
            ),
            function("discard_bar()", "The bar that opened a market anomaly is not used.", "discard_bar()"),
            function(
                "widen_limits(factor, minutes)",
                "Limits of the anomaly's symbol are so many times as wide. Factor: 1 to 10.",
                "widen_limits(2.0, 30)",
            ),
            function(
                "pause_algorithm(algorithm, minutes)",
                "An algorithm does not trade.",
                r#"pause_algorithm("macd", 30)"#,
            ),
            function(
                "reduce_weight(algorithm, factor, minutes)",
                "An algorithm counts less. Factor: 0 to 1.",
                r#"reduce_weight("macd", 0.5, 60)"#,
            ),
            function("cool_down_user(minutes)", "The anomaly's trader takes a break.", "cool_down_user(30)"),
            function(
                "reduce_limit(factor, minutes)",
                "The anomaly's trader has a lower limit. Factor: 0 to 1.",
                "reduce_limit(0.5, 120)",
            ),
            function(
                "require_confirmation(minutes)",
                "The anomaly's trader confirms each order.",
                "require_confirmation(60)",
            ),
            function("queue_for_review()", "The anomaly waits for a person.", "queue_for_review()"),
            function(
                "adjust_threshold(factor, minutes)",
                "Thresholds of the anomaly's detector are so many times as high. Factor: 0.1 to 10.",
                "adjust_threshold(1.5, 60)",
            ),
            function("webhook()", "Another system is told, at the endpoint `default`.", "webhook()"),
            function(
                "webhook(endpoint)",
                "Another system is told, at an endpoint of the configuration.",
                r#"webhook("risk-desk")"#,
            ),
            function(
                "webhook(endpoint, event)",
                "The same, with an event's name of your own.",
                r#"webhook("risk-desk", "symbol.halted")"#,
            ),
        ],
    },
    Chapter {
        title: "Messages",
        functions: &[
            function(
                "notify(priority, title)",
                "A message whose text is the reason. Priority: LOW, NORMAL, HIGH, URGENT, or a severity, of which MEDIUM is NORMAL and CRITICAL is URGENT.",
                r#"notify(URGENT, "NIFTY is halted")"#,
            ),
            function(
                "notify(priority, title, body)",
                "A message with a text of its own.",
                r#"notify(anomaly.severity, anomaly.kind, "see the dashboard")"#,
            ),
        ],
    },
    Chapter {
        title: "Numbers",
        functions: &[
            function("number.abs()", "Without its sign.", "(-3.5).abs()"),
            function("number.floor()", "The whole number below.", "3.7.floor()"),
            function("number.ceiling()", "The whole number above.", "3.2.ceiling()"),
            function(
                "number.round()",
                "The nearest whole number, still with a decimal point.",
                "3.7.round()",
            ),
            function("number.to_int()", "Without its fraction.", "3.7.to_int()"),
            function("number.to_float()", "With a decimal point.", "3.to_float()"),
            function("min(one, other)", "The smaller number.", "min(1, 2)"),
            function("max(one, other)", "The larger number.", "max(1, 2)"),
        ],
    },
    Chapter {
        title: "Texts",
        functions: &[
            function(
                "value.to_string()",
                "As a text; the same as `${value}` within back quotes.",
                "anomaly.score.to_string()",
            ),
            function(
                "text.starts_with(part)",
                "Whether it begins so.",
                r#"anomaly.kind.starts_with("PRICE")"#,
            ),
            function("text.ends_with(part)", "Whether it ends so.", r#"anomaly.kind.ends_with("SPIKE")"#),
        ],
    },
    Chapter {
        title: "Lists, maps and texts",
        functions: &[
            function("list.len()", "How many elements, or characters.", "anomaly.dissenting.len()"),
            function("list.is_empty()", "Whether it has none.", "context.controls.is_empty()"),
            function(
                "list.contains(element)",
                "Whether it has this element or part; the same as `element in list`.",
                "anomaly.dissenting.contains(\"macd\")",
            ),
            function("list.push(element)", "Adds an element.", "{ let list = [1]; list.push(2); list }"),
            function(
                "map.get(name)",
                "The value of that name, or `()`.",
                r#"anomaly.evidence.get("bar_volume") ?? 0.0"#,
            ),
            function("map.keys()", "All names.", "anomaly.evidence.keys()"),
        ],
    },
];

impl Function {
    /// Its name, without what it is called on.
    pub(super) fn name(&self) -> &'static str {
        let call = self.signature.split('(').next().unwrap_or_default();
        call.rsplit('.').next().unwrap_or_default()
    }

    /// How many values it takes, the one it is called on included.
    pub(super) fn arity(&self) -> usize {
        let (call, arguments) = self.signature.split_once('(').unwrap_or((self.signature, ")"));
        let arguments = arguments.trim_end_matches(')');
        let count = if arguments.is_empty() { 0 } else { arguments.split(',').count() };
        count + usize::from(call.contains('.'))
    }
}

/// All functions.
pub(super) fn functions() -> impl Iterator<Item = &'static Function> {
    CHAPTERS.iter().flat_map(|chapter| chapter.functions)
}
