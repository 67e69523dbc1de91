//! Files that are no plugin for this host.

use std::fs;

use tests::{Scratch, repository};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

use crate::data::{BACKTEST, scratch};

/// The file is refused by name with the reason, and the run goes on without it.
#[track_caller]
fn is_refused(scratch: &Scratch, file: &str, reason: &str) {
    for command in [&BACKTEST[..], &["plugin", "list", "--no-build", "--plugins", "plugins"]] {
        let ran = scratch.host(command);
        assert_eq!(ran.code, 3, "{}", ran.said());
        let line = ran.said().lines().find(|line| line.contains(file)).map(str::to_owned);
        assert!(line.is_some_and(|line| line.contains(reason)), "{}", ran.said());
        assert!(!ran.said().contains("panicked at"), "{}", ran.said());
    }
    assert!(scratch.host(&BACKTEST).out.contains("Total Data Points"), "the others ran");
}

/// A component of a world that is written here, with functions that trap.
fn component(wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

#[test]
fn a_component_of_another_world_is_refused() {
    let other = component("package other:thing@1.0.0; world thing { export run: func(); }", "thing");
    is_refused(&scratch().with_bytes("other.wasm", &other), "other.wasm", "exports run, none of the worlds");
}

#[test]
fn a_component_of_another_version_is_refused() {
    let wit = "package vyomo:plugin@0.2.0;
        interface market-detection { evaluate: func(); }
        world market-detector { export market-detection; }";
    let newer = component(wit, "market-detector");
    is_refused(&scratch().with_bytes("newer.wasm", &newer), "newer.wasm", "built for vyomo:plugin 0.2.0");
}

#[test]
fn an_import_that_nobody_gives_is_refused() {
    let wit = "package vyomo:plugin@0.1.0;
        interface network { send: func(to: string); }
        interface market-detection { evaluate: func(); }
        world market-detector { import network; export market-detection; }";
    let greedy = component(wit, "market-detector");
    is_refused(
        &scratch().with_bytes("greedy.wasm", &greedy),
        "greedy.wasm",
        "imports vyomo:plugin/network@0.1.0",
    );
}

#[test]
fn a_component_with_other_functions_than_the_world_is_refused() {
    let wit = "package vyomo:plugin@0.1.0;
        interface market-detection { evaluate: func(); }
        world market-detector { export market-detection; }";
    let hollow = component(wit, "market-detector");
    is_refused(&scratch().with_bytes("hollow.wasm", &hollow), "hollow.wasm", "cannot be compiled or started");
}

#[test]
fn truncated_bytes_are_refused_wherever_they_end() {
    let whole = fs::read(repository().join("tests/hostile/hostile.wasm")).unwrap();
    for (length, reason) in [
        (0, "not a WebAssembly component: it is empty"),
        (1, "it is cut off after 1 bytes"),
        (7, "it is cut off after 7 bytes"),
        (8, ""),
        (100, ""),
        (whole.len() / 2, "it is broken or cut off at byte"),
        (whole.len() - 60, ""),
    ] {
        let scratch = scratch().with_bytes("cut.wasm", &whole[..length]);
        is_refused(&scratch, "cut.wasm", reason);
    }
}

#[test]
fn random_bytes_are_refused() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for length in [10, 1_000, 100_000] {
        let noise: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        is_refused(&scratch().with_bytes("noise.wasm", &noise), "noise.wasm", "not a WebAssembly component");
    }
}

#[test]
fn a_file_that_is_something_else_is_refused_in_one_line_with_how_it_begins() {
    let scratch = scratch().with_bytes("text.wasm", b"garbage\nand more\n");
    is_refused(&scratch, "text.wasm", r"it begins with `garb`, not with `\x00asm`. Build it anew");
    let listed = scratch.host(&["plugin", "list", "--no-build", "--plugins", "plugins"]);
    let refused = listed.out.lines().skip_while(|line| !line.starts_with("refused: "));
    assert_eq!(refused.count(), 1, "{}", listed.out);
}

#[test]
fn a_core_module_is_refused() {
    let module = b"\0asm\x01\0\0\0";
    is_refused(&scratch().with_bytes("module.wasm", module), "module.wasm", "it is a core module");
}

#[test]
fn two_plugins_of_one_name_are_both_refused() {
    let scratch = scratch().with_component("tests/hostile/hostile.wasm", "twin.wasm");
    is_refused(&scratch, "twin.wasm", "hostile is also the name of");
}

#[test]
fn a_setting_of_the_wrong_type_is_refused_with_its_name() {
    let scratch = scratch();
    let ran = scratch.host(&[&BACKTEST[..], &["--settings", "volume-surge.threshold=high"]].concat());
    assert_eq!(ran.code, 3, "{}", ran.said());
    assert!(
        ran.said().contains("volume-surge.wasm: setting refused: threshold: invalid type"),
        "{}",
        ran.said()
    );
}

#[test]
fn a_setting_for_a_plugin_that_is_not_there_stops_the_run() {
    let ran = scratch().host(&[&BACKTEST[..], &["--settings", "no-such.threshold=1"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(ran.err.contains("no-such: no such plugin; there are hostile, volume-surge"), "{}", ran.said());
}

#[test]
#[cfg(unix)]
fn a_folder_that_links_to_itself_is_read_once() {
    let scratch = scratch();
    std::os::unix::fs::symlink(scratch.path("plugins"), scratch.path("plugins/again")).unwrap();
    let ran = scratch.host(&BACKTEST);
    assert_eq!(ran.code, 0, "{}", ran.said());
}

#[test]
fn what_builds_leave_in_a_folder_is_not_taken_for_plugins() {
    let scratch = scratch();
    for folder in ["plugins/target", "plugins/.hidden"] {
        fs::create_dir(scratch.path(folder)).unwrap();
        fs::write(scratch.path(folder).join("module.wasm"), b"\0asm\x01\0\0\0").unwrap();
    }
    let ran = scratch.host(&BACKTEST);
    assert_eq!(ran.code, 0, "{}", ran.said());
}
