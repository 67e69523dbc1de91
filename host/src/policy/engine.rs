//! The interpreter: a small part of Rhai, with a bound on everything that can grow.

use std::sync::LazyLock;

use rhai::{
    Engine, OptimizationLevel,
    packages::{
        ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage,
        BasicStringPackage, LogicPackage, MoreStringPackage, Package as _,
    },
};

use super::constructors;

/// Steps that one call may take; an honest policy takes a few hundred.
pub(super) const MAX_OPERATIONS: u64 = 5_000;
/// How deep functions may call functions.
pub(super) const MAX_CALL_LEVELS: usize = 16;
/// Bytes of one text.
pub(super) const MAX_TEXT: usize = 4_096;
/// Elements of one list or map.
pub(super) const MAX_ELEMENTS: usize = 256;
const MAX_EXPRESSION_DEPTH: usize = 32;
const MAX_FUNCTIONS: usize = 64;
const MAX_VARIABLES: usize = 128;

/// Parts of the language that no policy has: other sources, evaluation of text, output, and `switch`, whose cases
/// take no settings and no words.
const LEFT_OUT: [&str; 9] = ["import", "export", "eval", "print", "debug", "switch", "Fn", "call", "curry"];

/// The one interpreter, which holds no state of any policy.
pub(super) static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    for symbol in LEFT_OUT {
        engine.disable_symbol(symbol);
    }
    // Texts are checked as they are written; settings are put in place once it is known what they are.
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_allow_anonymous_fn(false)
        .set_fail_on_invalid_map_property(true)
        .set_max_operations(MAX_OPERATIONS)
        .set_max_call_levels(MAX_CALL_LEVELS)
        .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_variables(MAX_VARIABLES)
        .set_max_modules(0)
        .set_max_string_size(MAX_TEXT)
        .set_max_array_size(MAX_ELEMENTS)
        .set_max_map_size(MAX_ELEMENTS);
    constructors::register(&mut engine);
    engine
});
