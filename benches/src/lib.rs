//! What every measurement shares: CPU time from the kernel, percentiles, one table, and a JSON file of the same figures.
//!
//! A measurement asserts that what it measured was right: a fast wrong answer is no figure. docs/benchmarks.md keeps the last honest run.
#![allow(clippy::print_stdout, reason = "a measurement is a program that prints a table")]

pub mod child;
pub mod house;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// The CPU time of a process and its threads so far, user and system (`/proc/<pid>/stat`, fields 14 and 15, in ticks of 10 ms).
pub fn cpu(process: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the name in parentheses and may hold blanks.
    let fields: Vec<&str> = stat.rsplit_once(')').context("a stat line")?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).context("a number of ticks");
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// Resident memory of a process, in bytes.
pub fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
}

/// How long things took, sorted when asked.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }
    pub fn join(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }
    pub fn count(&self) -> usize {
        self.0.len()
    }
    /// The value below which `share` of them lie, such as 0.99.
    pub fn at(&mut self, share: f64) -> Duration {
        self.0.sort_unstable();
        let at = ((self.0.len() as f64 * share) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(at).copied().unwrap_or_default()
    }
}

/// The median of what some runs gave.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Does `work` over and over in `at_once` tasks until the time is over; answers with how long each took.
pub async fn hammer<F, W>(at_once: usize, span: Duration, work: F) -> Times
where
    F: Fn(usize) -> W + Clone + Send + 'static,
    W: Future<Output = ()> + Send,
{
    let until = Instant::now() + span;
    let tasks: Vec<_> = (0..at_once)
        .map(|number| {
            let work = work.clone();
            house::spawn(async move {
                let mut times = Times::default();
                while Instant::now() < until {
                    let since = Instant::now();
                    work(number).await;
                    times.add(since.elapsed());
                }
                times
            })
        })
        .collect();
    let mut all = Times::default();
    for task in tasks {
        all.join(task.await.expect("a task of the measurement does not panic"));
    }
    all
}

/// The figures of one measurement.
pub struct Report {
    name: &'static str,
    figures: Map<String, Value>,
}

impl Report {
    pub fn new(name: &'static str) -> Self {
        println!("\n{name}");
        Self { name, figures: Map::new() }
    }

    /// One line of the table, and of the file.
    pub fn say(&mut self, what: &str, value: f64, unit: &str) {
        let digits = if value.abs() >= 100.0 { 0 } else { 2 };
        println!("  {what:<64}{value:>12.digits$} {unit}");
        self.figures.insert(what.into(), json!({ "value": value, "unit": unit }));
    }

    /// Writes `bench/<name>.json` below the build directory.
    pub fn write(self) -> Result<()> {
        let program = std::env::current_exe()?;
        let directory: PathBuf = program.ancestors().nth(2).context("the build directory")?.join("bench");
        fs::create_dir_all(&directory)?;
        let path = directory.join(format!("{}.json", self.name));
        fs::write(&path, serde_json::to_string_pretty(&self.figures)? + "\n")?;
        println!("  written to {}", path.display());
        Ok(())
    }
}
