//! What the key tree costs: time and memory beside the plainest ways to do the same, in one process.
//!
//! `cargo bench --bench keyspace` takes a million names; `KEYGROVE_BENCH_KEYS=5000000` another number, and
//! `KEYGROVE_BENCH=filter,insert` only the parts named so.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use keygrove::model::Key;
use keygrove::model::keyspace::{Keyspace, Spot};

mod names;

use names::{Names, Shape, mix};

/// Names a walk brings at once.
const BATCH: usize = 1000;
/// Names one slice of a filter looks at, as the tree pane asks for them.
const SLICE: usize = 100_000;

fn main() {
    let keys = std::env::var("KEYGROVE_BENCH_KEYS").map_or(1_000_000, |keys| keys.parse().unwrap());
    let parts = std::env::var("KEYGROVE_BENCH").unwrap_or_default();
    let wanted = |part: &str| parts.is_empty() || parts.split(',').any(|wanted| wanted == part);
    let names = Names::new(Shape::Mixed, keys);
    println!(
        "{keys} names, {:.1} bytes each",
        names.bytes() as f64 / keys as f64
    );
    if wanted("insert") {
        insert("mixed", &names);
    }
    if wanted("shapes") {
        insert("flat", &Names::new(Shape::Flat, keys));
        insert("deep", &Names::new(Shape::Deep, keys));
    }
    if wanted("references") {
        references(&names);
    }
    let mut tree = filled(&names);
    if wanted("open") {
        open(&mut tree, &names);
    }
    if wanted("filter") {
        filter(&mut tree);
    }
    if wanted("change") {
        change(&mut tree, &names);
    }
}

fn say(what: &str, figure: &str) {
    println!("  {what:<44} {figure}");
}

fn millis(time: Duration) -> String {
    format!("{:9.3} ms", time.as_secs_f64() * 1e3)
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = black_box(work());
    say(what, &millis(start.elapsed()));
    result
}

/// Time this thread has computed; on a machine that is shared it tells more than the clock.
fn computed() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// Resident memory of this process in bytes; 0 where it is not told.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|told| told.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

fn filled(names: &Names) -> Keyspace {
    let mut tree = Keyspace::new(b":");
    for batch in names.batches(BATCH) {
        take(&mut tree, batch);
    }
    tree.complete();
    while tree.work(SLICE) {}
    tree
}

fn take<'n>(tree: &mut Keyspace, batch: impl Iterator<Item = &'n [u8]>) {
    tree.insert_all(batch);
}

fn insert(shape: &str, names: &Names) {
    println!("insert, {shape}, batches of {BATCH}");
    let before = resident();
    let mut tree = Keyspace::new(b":");
    let mut batches = Vec::new();
    let (start, computing) = (Instant::now(), computed());
    for batch in names.batches(BATCH) {
        let start = Instant::now();
        take(&mut tree, batch);
        batches.push(start.elapsed());
    }
    let (spent, computing) = (start.elapsed(), computed().saturating_sub(computing));
    let resident = resident().saturating_sub(before);
    batches.sort_unstable();
    let each = |bytes: usize| bytes as f64 / names.len() as f64;
    let nanos = |time: Duration| time.as_secs_f64() * 1e9 / names.len() as f64;
    say(
        "each, by the clock / computing",
        &format!("{:9.0} ns {:9.0} ns", nanos(spent), nanos(computing)),
    );
    say(
        "batch, half / 99 % / worst",
        &format!(
            "{} {} {}",
            millis(batches[batches.len() / 2]),
            millis(batches[batches.len() * 99 / 100]),
            millis(batches[batches.len() - 1]),
        ),
    );
    say(
        "heap bytes a name, times the names",
        &format!(
            "{:9.1} {:.3}x",
            each(tree.heap_bytes()),
            tree.heap_bytes() as f64 / names.bytes() as f64
        ),
    );
    say(
        "resident bytes a name, times the names",
        &format!(
            "{:9.1} {:.3}x",
            each(resident),
            resident as f64 / names.bytes() as f64
        ),
    );
    assert_eq!(tree.keys(), names.len());
    complete("looked for twins / worst slice", &mut tree);
    assert_eq!(tree.keys(), names.len());
    timed("all of them once more", || {
        for batch in names.batches(BATCH) {
            take(&mut tree, batch);
        }
    });
    complete("twins found / worst slice", &mut tree);
    assert_eq!(tree.keys(), names.len());
}

/// Counts no key twice.
fn complete(what: &str, tree: &mut Keyspace) {
    let (start, mut worst) = (Instant::now(), Duration::ZERO);
    tree.complete();
    while tree.is_working() {
        let start = Instant::now();
        tree.work(SLICE);
        worst = worst.max(start.elapsed());
    }
    say(
        what,
        &format!("{} {}", millis(start.elapsed()), millis(worst)),
    );
}

fn references(names: &Names) {
    println!("references");
    let each = |start: Instant| {
        format!(
            "{:9.0} ns each",
            start.elapsed().as_secs_f64() * 1e9 / names.len() as f64
        )
    };
    let start = Instant::now();
    let all: Vec<Box<[u8]>> = (0..names.len()).map(|n| names.get(n).into()).collect();
    say("push to a Vec<Box<[u8]>>", &each(start));
    drop(black_box(all));
    let start = Instant::now();
    let all: BTreeSet<&[u8]> = (0..names.len()).map(|n| names.get(n)).collect();
    say("collect to a BTreeSet<&[u8]>", &each(start));
    drop(black_box(all));
    let start = Instant::now();
    let mut all = BTreeSet::new();
    for n in 0..names.len() {
        all.insert(names.get(n));
    }
    say("insert to a BTreeSet<&[u8]>", &each(start));
    black_box(all.len());
    let finder = memchr::memmem::Finder::new("a1b2");
    let start = Instant::now();
    let found = (0..names.len())
        .filter(|&n| finder.find(names.get(n)).is_some())
        .count();
    say(
        "memmem name by name",
        &format!("{} ({found} found)", millis(start.elapsed())),
    );
}

fn open(tree: &mut Keyspace, names: &Names) {
    println!("open");
    settle("first settling", tree);
    tree.open(&"myapp:".into());
    settle("myapp: opened", tree);
    for folder in [
        "myapp:session:",
        "myapp:cache:user:",
        "shop:product:",
        "feed:user:",
    ] {
        let path = Key::from(folder);
        let cut = folder[..folder.len() - 1].rfind(':').unwrap();
        tree.open(&folder[..=cut].into());
        tree.settle();
        let keys = tree.count_below(&path);
        let start = Instant::now();
        tree.open(&path);
        let mut more = tree.work(SLICE);
        tree.settle();
        let row = tree.row_of(&Spot::Folder(path.clone())).unwrap();
        let rows = tree.window(row, 60).len();
        say(
            &format!("{folder} of {keys} opened, {rows} rows"),
            &millis(start.elapsed()),
        );
        let (mut worst, all) = (Duration::ZERO, Instant::now());
        while more {
            let start = Instant::now();
            more = tree.work(SLICE);
            worst = worst.max(start.elapsed());
        }
        let settling = Instant::now();
        tree.settle();
        say(
            "unpacked / worst slice / settled",
            &format!(
                "{} {} {}",
                millis(all.elapsed()),
                millis(worst),
                millis(settling.elapsed())
            ),
        );
        let deep = row + tree.rows().saturating_sub(row) / 2;
        let start = Instant::now();
        for n in 0..100 {
            black_box(tree.window(deep + n, 60));
        }
        say("60 rows half way down", &millis(start.elapsed() / 100));
        let start = Instant::now();
        tree.close(&path);
        tree.settle();
        say("closed", &millis(start.elapsed()));
        let start = Instant::now();
        tree.open(&path);
        tree.settle();
        say("opened again", &millis(start.elapsed()));
    }
    let spot = tree.row(tree.rows() / 2).unwrap().spot;
    let start = Instant::now();
    for _ in 0..100 {
        black_box(tree.row_of(&spot));
    }
    say("row of the cursor", &millis(start.elapsed() / 100));
    let mut worst = Duration::ZERO;
    let start = Instant::now();
    for batch in 0..100 {
        let start = Instant::now();
        for n in 0..BATCH {
            let h = mix((batch * BATCH + n) as u64 ^ 0xABCD_0000_0000);
            tree.insert(format!("myapp:session:{h:032x}").as_bytes());
        }
        tree.settle();
        tree.row_of(&spot);
        black_box(tree.window(tree.rows() / 2, 60));
        worst = worst.max(start.elapsed());
    }
    say(
        "a batch into an open folder, then 60 rows",
        &format!("{} worst {}", millis(start.elapsed() / 100), millis(worst)),
    );
    let _ = names;
}

fn settle(what: &str, tree: &mut Keyspace) {
    timed(what, || {
        tree.settle();
        black_box(tree.window(0, 60));
    });
}

/// Types a text letter by letter; tells of each letter when the first rows were there, and the whole.
fn filter(tree: &mut Keyspace) {
    for text in ["e", "session:ab", "1234", "nosuch", "Q", "timeline"] {
        println!("filter {text:?}");
        for end in 1..=text.len() {
            let start = Instant::now();
            tree.set_filter(Some(&text[..end]));
            let mut more = tree.work(SLICE);
            tree.settle();
            black_box(tree.window(0, 60));
            let first = start.elapsed();
            let mut worst = Duration::ZERO;
            while more {
                let start = Instant::now();
                more = tree.work(SLICE);
                worst = worst.max(start.elapsed());
            }
            let settling = Instant::now();
            tree.settle();
            black_box(tree.window(0, 60));
            let settled = settling.elapsed();
            say(
                &format!("{:?}: first rows / all / slice / settling", &text[..end]),
                &format!(
                    "{} {} {} {} {} found",
                    millis(first),
                    millis(start.elapsed()),
                    millis(worst),
                    millis(settled),
                    tree.matches().unwrap()
                ),
            );
        }
        say(
            "heap bytes",
            &format!("{:9.1} MB", tree.heap_bytes() as f64 / 1e6),
        );
        timed("cleared", || {
            tree.set_filter(None);
            tree.settle();
            black_box(tree.window(0, 60));
        });
    }
}

fn change(tree: &mut Keyspace, names: &Names) {
    println!("change");
    let some = names.len() / 10;
    let per = |start: Instant| {
        format!(
            "{:9.0} ns each",
            start.elapsed().as_secs_f64() * 1e9 / some as f64
        )
    };
    let start = Instant::now();
    for n in 0..some {
        assert!(tree.remove(names.get(n)));
        let mut renamed = names.get(n).to_vec();
        renamed.push(b'~');
        assert!(tree.insert(&renamed));
    }
    say("rename", &per(start));
    let start = Instant::now();
    for n in some..2 * some {
        assert!(tree.remove(names.get(n)));
    }
    say("remove", &per(start));
    settle("settling after it", tree);
    timed("all forgotten", || tree.clear());
}
