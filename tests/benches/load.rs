//! How long it takes until all components can be called.

use std::fs;

use crate::measure::{cache_folder, figure, files, load, loader, median, say, timed};

const REPETITIONS: usize = 21;

pub(crate) fn run() -> anyhow::Result<()> {
    let files = files()?;
    let folder = cache_folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    say(&format!("\nLOAD: {} components", files.len()));
    let (time, set) = timed(|| load(&loader()?, files.clone()));
    set?;
    figure("compiled, first time", &format!("{:.0} ms", 1e3 * time.as_secs_f64()), "");
    let mut times = Vec::new();
    for _ in 0..REPETITIONS {
        let loader = loader()?;
        let (time, set) = timed(|| load(&loader, files.clone()));
        set?;
        times.push(time);
    }
    let milliseconds = 1e3 * median(times)?.as_secs_f64();
    figure("from the cache", &format!("{milliseconds:.1} ms"), "at most 50 ms");
    Ok(())
}
