//! A component that imports WASI gets an empty one, in which it cannot wait either.

use tests::repository;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::data::{BACKTEST, scratch};

const CLOCKS: [&str; 3] = [
    "package wasi:io@0.2.0; interface poll { resource pollable { block: func(); } }",
    "package wasi:clocks@0.2.0; interface monotonic-clock {
        use wasi:io/poll@0.2.0.{pollable};
        subscribe-duration: func(nanoseconds: u64) -> pollable;
    }",
    "package test:sleeper; world sleeper {
        import wasi:io/poll@0.2.0;
        import wasi:clocks/monotonic-clock@0.2.0;
        export vyomo:plugin/market-detection@0.1.0;
    }",
];

/// Sleeps for eleven days when it is asked about itself.
const SLEEPER: &str = r#"(module
    (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $later (param i64) (result i32)))
    (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $wait (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "vyomo:plugin/market-detection@0.1.0#describe") (result i32)
        (call $wait (call $later (i64.const 1000000000000000)))
        unreachable)
    (func (export "vyomo:plugin/market-detection@0.1.0#configure") (param i32 i32) (result i32) unreachable)
    (func (export "vyomo:plugin/market-detection@0.1.0#forget") (param i32 i32) unreachable)
    (func (export "vyomo:plugin/market-detection@0.1.0#evaluate") (param i32) (result i32) unreachable))"#;

fn sleeper() -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_dir(repository().join("plugin-sdk/wit/v0.1")).unwrap();
    let packages = CLOCKS.map(|wit| resolve.push_str("test.wit", wit).unwrap());
    let world = resolve.select_world(&packages[2..], Some("sleeper")).unwrap();
    let mut module = wat::parse_str(SLEEPER).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

#[test]
fn a_component_that_sleeps_is_refused_at_once() {
    let ran = scratch().with_bytes("sleeper.wasm", &sleeper()).host(&BACKTEST);
    assert_eq!(ran.code, 3, "{}", ran.said());
    assert!(
        ran.said()
            .contains("sleeper.wasm: failed while it was loaded: broke the contract: a plugin cannot wait"),
        "{}",
        ran.said()
    );
}
