//! Chords in, rules out; the text and the parts in step; frames at several sizes.
#![allow(clippy::unwrap_used)]
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use super::*;
use crate::model::acl::reach::Scope;
use crate::model::acl::{CommandRule, Rule, Sign, Source, What, commands, diff, parse, print};
use crate::widgets::{Depth, Theme};

fn made(name: &str, line: &str, dialect: Dialect) -> (User, Arc<Catalog>) {
    let mut catalog = commands::assumed(dialect);
    // As if the server had told it: only then a name can be wrong.
    catalog.source = Source::Asked;
    let catalog = Arc::new(catalog);
    let mut user = User::new(name);
    for rule in parse::line(line, &catalog, &[]).unwrap() {
        crate::model::acl::apply(&mut user, &rule, &catalog).unwrap();
    }
    (user, catalog)
}

fn redis(version: &str) -> Dialect {
    Dialect::new("redis", version)
}

fn editor(line: &str) -> Editor {
    let (user, catalog) = made("ann", line, redis("7.0.15"));
    Editor::new(user, catalog, redis("7.0.15"))
}

/// Presses chords by name; a word in quotes is typed.
fn press(editor: &mut Editor, presses: &str) -> Turn {
    editor.arrange(Rect::new(0, 0, 120, 36));
    let mut turn = Turn::Stay;
    for name in presses.split(' ').filter(|name| !name.is_empty()) {
        match name.strip_prefix('"') {
            Some(typed) => {
                for c in typed.replace('_', " ").chars() {
                    turn = editor.press(Chord::char(c));
                }
            }
            None => turn = editor.press(name.parse().unwrap()),
        }
    }
    turn
}

fn rules(editor: &Editor) -> String {
    print::editable(editor.user().unwrap(), editor.draft.language.dialect)
}

#[test]
fn presses_become_rules() {
    const RO: &str = "on ~app:* resetchannels +@read";
    for (line, presses, rules) in [
        (RO, "space", "off ~app:* resetchannels +@read"),
        // keys
        (
            RO,
            "tab tab a \"b:* enter",
            "on ~app:* ~b:* resetchannels +@read",
        ),
        (
            RO,
            "tab tab a \"%R~b:* enter",
            "on ~app:* %R~b:* resetchannels +@read",
        ),
        (
            RO,
            "tab tab e ctrl-u \"x:* enter",
            "on ~x:* resetchannels +@read",
        ),
        (RO, "tab tab space", "on %R~app:* resetchannels +@read"),
        (
            RO,
            "tab tab space space",
            "on %W~app:* resetchannels +@read",
        ),
        (RO, "tab tab space space space", RO),
        (RO, "tab tab d", "on resetchannels +@read"),
        (RO, "tab tab A", "on ~* resetchannels +@read"),
        (RO, "tab tab A space", "on %R~* resetchannels +@read"),
        (
            RO,
            "tab tab A space space space",
            "on ~* resetchannels +@read",
        ),
        (RO, "tab tab A N", "on resetchannels +@read"),
        (RO, "tab tab a \"* enter", "on ~* resetchannels +@read"),
        (RO, "tab tab a \"b esc", RO),
        // The cursor stands on what was added, wherever that is.
        (RO, "tab tab a \"b:* enter d", RO),
        (
            "on ~a ~b %R~c +get",
            "tab tab a \"%W~c enter d",
            "on ~a ~b resetchannels +get",
        ),
        // channels
        (
            RO,
            "tab tab tab a \"app:* enter",
            "on ~app:* resetchannels &app:* +@read",
        ),
        (RO, "tab tab tab A", "on ~app:* &* +@read"),
        (RO, "tab tab tab A d", RO),
        (
            RO,
            "tab tab tab a \"a enter a \"b enter d",
            "on ~app:* resetchannels &a +@read",
        ),
        // selectors
        (
            RO,
            "tab tab tab tab a \"~s:*_+get enter",
            "on ~app:* resetchannels +@read (~s:* resetchannels +get)",
        ),
        (
            RO,
            "tab tab tab tab a \"~s:*_+get enter e \"_+set enter",
            "on ~app:* resetchannels +@read (~s:* resetchannels +get +set)",
        ),
        (RO, "tab tab tab tab a \"~s:*_+get enter d", RO),
        // single commands
        (RO, "/ \"ping space", "on ~app:* resetchannels +@read +ping"),
        (RO, "/ \"ping space space", RO),
        (RO, "/ \"get space", "on ~app:* resetchannels +@read -get"),
        (RO, "/ \"get space space", RO),
        (
            RO,
            "/ \"client|setname space",
            "on ~app:* resetchannels +@read +client|setname",
        ),
        (RO, "/ \"client|setname space esc d", RO),
        // text
        (RO, ": \"_+ping", "on ~app:* resetchannels +@read +ping"),
        (RO, ": \"_+ping ctrl-r", RO),
        (
            RO,
            ": ctrl-u \"on_allkeys_allcommands enter",
            "on ~* resetchannels +@all",
        ),
    ] {
        let mut editor = editor(line);
        let _ = press(&mut editor, presses);
        assert_eq!(self::rules(&editor), rules, "{line}: {presses}");
        assert_eq!(editor.changed(), rules != RO, "{presses}");
    }
}

/// The cell of a category.
fn stand(editor: &mut Editor, category: &str) {
    editor.go(Part::Categories);
    let at = editor
        .categories()
        .iter()
        .position(|name| *name == category);
    editor.scrolls[Part::Categories.place()].selected = at.unwrap();
}

#[test]
fn a_category_goes_round_and_comes_back() {
    for (line, category, steps) in [
        ("+@read", "write", &["+@read +@write", "+@read"][..]),
        ("+@read +@write", "write", &["+@read", "+@read +@write"]),
        (
            "+@all -@dangerous",
            "keyspace",
            &[
                "+@all -@dangerous +@keyspace",
                "+@all -@dangerous -@keyspace",
                "+@all -@dangerous",
            ],
        ),
        (
            "+@all -@dangerous",
            "dangerous",
            &["+@all", "+@all -@dangerous"],
        ),
        ("+@all", "scripting", &["+@all -@scripting", "+@all"]),
        ("+get +ping", "admin", &["+get +ping +@admin", "+get +ping"]),
        // A rule on one command goes when the category says it anew, and comes back.
        (
            "+get +ping",
            "string",
            &["+ping +@string", "+ping", "+get +ping"],
        ),
        (
            "+client|id",
            "connection",
            &["+@connection", "", "+client|id"],
        ),
    ] {
        let mut editor = editor(line);
        stand(&mut editor, category);
        for step in steps {
            let _ = press(&mut editor, "space");
            let rules = editor.user().unwrap().root.commands.clone();
            let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
            assert_eq!(rules.join(" "), *step, "{line} {category}");
        }
        assert!(!editor.changed(), "{line} {category}");
    }
}

#[test]
fn a_category_opens_to_its_commands() {
    let mut editor = editor("+@read");
    stand(&mut editor, "connection");
    let _ = press(&mut editor, "enter");
    assert_eq!(editor.layer(), Layer::AclCategory);
    let names: Vec<String> = editor
        .members("connection")
        .into_iter()
        .map(|id| editor.catalog().command(id).name.clone())
        .collect();
    assert!(names.contains(&"ping".to_owned()) && names.contains(&"client|id".to_owned()));
    let at = names.iter().position(|name| name == "client|id").unwrap();
    editor.inside.selected = at;
    let _ = press(&mut editor, "space");
    assert!(rules(&editor).ends_with("+@read +client|id"));
    assert_eq!(press(&mut editor, "esc"), Turn::Stay);
    assert_eq!(editor.layer(), Layer::AclGrid);
    assert_eq!(press(&mut editor, "esc"), Turn::Cancel);
}

#[test]
fn a_container_is_allowed_whole_and_its_subcommands_fall_in() {
    let mut editor = editor("+config|get");
    let _ = press(&mut editor, "/ \"config space");
    assert!(
        rules(&editor).ends_with("resetchannels +config"),
        "{}",
        rules(&editor)
    );
    let _ = press(&mut editor, "esc / \"config|set space");
    assert!(
        rules(&editor).ends_with("+config -config|set"),
        "{}",
        rules(&editor)
    );
    let _ = press(&mut editor, "space");
    assert!(
        rules(&editor).ends_with("resetchannels +config"),
        "{}",
        rules(&editor)
    );
}

#[test]
fn a_password_is_hashed_at_once_and_never_shown() {
    let mut editor = editor("on nopass");
    let _ = press(&mut editor, "tab");
    assert!(drawn(&mut editor, 80, 22).contains("nopass: any password will do"));
    let _ = press(&mut editor, "a \"hunter2");
    assert!(!drawn(&mut editor, 80, 22).contains("hunter2"));
    assert!(!format!("{editor:?}").contains("hunter2"));
    assert!(editor.changed(), "what is being typed would be lost");
    let _ = press(&mut editor, "enter");
    let hash = Secret::new("hunter2").hash();
    assert_eq!(
        editor.user().unwrap().passwords,
        std::slice::from_ref(&hash)
    );
    assert!(!editor.user().unwrap().nopass);
    assert_eq!(
        editor.typed().collect::<Vec<_>>(),
        [&Secret::new("hunter2")]
    );
    let frame = drawn(&mut editor, 80, 22);
    assert!(frame.contains(hash.mark()) && !frame.contains(&hash.reveal()[..9]));
    let _ = press(&mut editor, "d");
    assert!(editor.user().unwrap().passwords.is_empty());
    assert_eq!(editor.typed().count(), 0);
    assert!(drawn(&mut editor, 80, 22).contains("nobody can log in"));
}

#[test]
fn passwords_outlive_a_line_that_cannot_be_read_or_says_nopass_in_passing() {
    let mut editor = editor("on >secret ~a");
    let before = editor.user().unwrap().clone();
    let _ = press(&mut editor, ": \"_nopass");
    assert!(editor.user().unwrap().passwords.is_empty());
    let _ = press(&mut editor, "ctrl-w ctrl-w enter");
    assert_eq!(editor.user().unwrap(), &before);
    let _ = press(&mut editor, ": \"_>seen");
    assert!(editor.user().unwrap_err().contains("would be seen"));
}

#[test]
fn what_cannot_be_read_is_pointed_at_and_kept() {
    let mut editor = editor("on ~app:* resetchannels +@read");
    let _ = press(&mut editor, "tab tab : \"_+nosuch");
    let why = "at character 32: this server knows no command nosuch";
    assert_eq!(editor.user().unwrap_err(), why);
    let _ = press(&mut editor, "ctrl-w \"ping_%x~a");
    assert!(
        editor
            .user()
            .unwrap_err()
            .starts_with("at character 38: after % come R, W or RW")
    );
    let frame = drawn(&mut editor, 80, 22);
    assert!(frame.contains("%x~a") && frame.contains("^^^^"), "{frame}");
    let area = Rect::new(0, 0, 80, 22);
    let mut buf = Buffer::empty(area);
    editor.draw(area, &mut buf, &Theme::new(Depth::None));
    assert!(
        buf[(2, 2)].modifier.contains(Modifier::DIM),
        "the parts wait"
    );
    // Leaving keeps the text; the other parts cannot change anything until it is mended.
    let _ = press(&mut editor, "esc space");
    assert_eq!(editor.layer(), Layer::AclKeys);
    assert!(drawn(&mut editor, 80, 22).contains("cannot be read"));
    assert!(editor.changed());
    assert_eq!(press(&mut editor, "ctrl-s"), Turn::Stay);
    assert_eq!(editor.layer(), Layer::AclLine);
    let _ = press(&mut editor, "ctrl-w ctrl-w ctrl-w backspace backspace");
    assert_eq!(
        press(&mut editor, "ctrl-s"),
        Turn::Review,
        "{}",
        editor.draft.line().text()
    );
}

#[test]
fn a_typed_pattern_that_would_harm_is_refused_beside_it() {
    let mut editor = editor("on");
    let _ = press(&mut editor, "tab tab a \"a\"b enter");
    assert_eq!(editor.layer(), Layer::AclEntry);
    assert!(drawn(&mut editor, 120, 36).contains("a quote breaks the next start"));
    assert_eq!(press(&mut editor, "ctrl-s"), Turn::Stay);
    let _ = press(&mut editor, "ctrl-u \"ab ctrl-s");
    assert_eq!(rules(&editor), "on ~ab resetchannels");
}

#[test]
fn only_what_the_server_knows_is_offered() {
    let parts = |version| Part::offered(redis(version)).len();
    assert_eq!(
        [parts("6.0.20"), parts("6.2.16"), parts("7.0.15")],
        [6, 7, 8]
    );
    let dialect = redis("6.2.16");
    let (user, catalog) = made("ann", "on ~a +@read", dialect);
    let mut editor = Editor::new(user, catalog, dialect);
    let _ = press(&mut editor, "tab tab space");
    assert_eq!(rules(&editor), "on ~a resetchannels +@read");
    assert_eq!(editor.note, "%R~ and %W~ need Redis 7.0");
    let _ = press(&mut editor, ": \"_%R~b");
    assert!(
        editor
            .user()
            .unwrap_err()
            .ends_with("%R~ and %W~ need Redis 7.0")
    );
    // Subcommands are no commands there.
    let _ = press(&mut editor, "ctrl-r / \"config|");
    assert_eq!(editor.len(Part::Commands), 0);
}

#[test]
fn on_six_zero_all_channels_stay() {
    let dialect = redis("6.0.20");
    let (mut user, catalog) = made("ann", "on ~a +@read", dialect);
    user.root.channels = crate::model::acl::Channels::All;
    let mut editor = Editor::new(user.clone(), catalog, dialect);
    let _ = press(&mut editor, ": \"_x backspace backspace enter");
    assert_eq!(editor.user().unwrap(), &user);
    assert!(!editor.changed());
}

#[test]
fn what_is_not_understood_is_kept() {
    let dialect = redis("7.0.15");
    let (mut user, catalog) = made("ann", "on ~a (~b +get)", dialect);
    user.root.unknown.push(b"future=1".to_vec());
    user.unknown.words.push(b"newer".to_vec());
    user.unknown
        .fields
        .push(("seen".into(), "yesterday".into()));
    user.selectors[0].unknown.push(b"odd=2".to_vec());
    let mut editor = Editor::new(user.clone(), catalog, dialect);
    let _ = press(&mut editor, ": \"_x");
    assert!(editor.user().is_err());
    let _ = press(&mut editor, "backspace backspace enter");
    assert_eq!(editor.user().unwrap(), &user);
    editor.go(Part::Selectors);
    let _ = press(&mut editor, "e \"_+set enter");
    let selector = &editor.user().unwrap().selectors[0];
    assert_eq!((selector.commands.len(), selector.unknown.len()), (2, 1));
    assert_eq!(editor.user().unwrap().unknown, user.unknown);
}

#[test]
fn a_paste_of_many_lines_is_one_line_of_rules() {
    let mut editor = editor("on");
    let _ = press(&mut editor, ": ctrl-u");
    editor.paste("on ~a:*\r\n+@read\n+ping\u{202e}\n");
    assert!(
        editor
            .draft
            .line()
            .text()
            .ends_with("~a:* +@read +ping\\u{202e}")
    );
}

#[test]
fn nothing_of_a_server_reaches_the_terminal_raw() {
    let dialect = redis("7.0.15");
    let (mut user, catalog) = made("\u{202e}an\x1b]0;n", RICH, dialect);
    user.root.keys = crate::model::acl::Keys::All;
    user.root.channels = crate::model::acl::Channels::Only(vec!["a\u{200b}\x07".into()]);
    user.unknown
        .fields
        .push(("f\u{202e}".into(), "\x1b".into()));
    let catalog = Catalog::clone(&catalog).with_categories(["c\u{202e}\x1b[1m".to_owned()]);
    let mut editor = Editor::new(user, Arc::new(catalog), dialect);
    stand(&mut editor, "c\u{202e}\x1b[1m");
    let _ = press(&mut editor, "enter");
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let frame = drawn(&mut editor, width, height);
        let hidden = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}".contains(c);
        assert!(!frame.contains(hidden), "{frame}");
    }
    assert!(drawn(&mut editor, 200, 60).contains("\\u{202e}an\\x1b]0;n"));
}

fn drawn(editor: &mut Editor, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    editor.arrange(area);
    editor.draw(area, &mut buf, &Theme::new(Depth::None));
    let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
    (0..height)
        .map(|y| row(y).trim_end().to_owned() + "\n")
        .collect()
}

const RICH: &str = "on >one >two ~app:* %R~shared:* ~x\\x1b[31m resetchannels &app:* +@all -@dangerous +info -get (~s:* +@read)";

/// Holds a frame against the kept one.
fn keeps(name: &str, editor: &mut Editor, width: u16, height: u16) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    let name = format!("acl_editor_{name}_{width}x{height}");
    settings.bind(|| insta::assert_snapshot!(name, drawn(editor, width, height)));
}

#[test]
fn it_reads_well_at_every_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
        keeps("whole", &mut editor(RICH), width, height);
    }
    let mut editor = editor(RICH);
    stand(&mut editor, "connection");
    keeps("grid", &mut editor, 40, 10);
    let _ = press(&mut editor, "enter");
    keeps("inside", &mut editor, 80, 24);
    let _ = press(&mut editor, "tab tab tab tab a \"se");
    keeps("typing", &mut editor, 80, 24);
    let _ = press(&mut editor, "enter : \"_(~a");
    keeps("unread", &mut editor, 40, 10);
    keeps("unread", &mut editor, 80, 24);
}

/// Chords that mean something somewhere.
fn chord() -> impl Strategy<Value = Chord> {
    let names = [
        "tab",
        "shift-tab",
        "space",
        "a",
        "e",
        "d",
        "A",
        "N",
        "enter",
        "esc",
        "up",
        "down",
        "left",
        "right",
        "pgdn",
        "end",
        "/",
        ":",
        "*",
        "~",
        "%",
        "R",
        "+",
        "-",
        "@",
        "&",
        "(",
        ")",
        "g",
        "x",
        "\\",
        "|",
        "backspace",
        "ctrl-s",
        "ctrl-r",
        "ctrl-u",
        "ctrl-w",
        "home",
        "é",
    ];
    prop::sample::select(names.to_vec()).prop_map(|name| name.parse().unwrap())
}

/// A rule on commands, most of them about the same few.
fn rule() -> impl Strategy<Value = CommandRule> {
    let names = [
        "get",
        "config",
        "config|get",
        "config|set",
        "client|id",
        "client",
        "ping",
        "select",
        "select|0",
        "keys",
    ];
    let what = prop_oneof![
        prop::sample::select(names.to_vec()).prop_map(What::named),
        prop::sample::select(vec![
            "read",
            "connection",
            "dangerous",
            "admin",
            "string",
            "slow"
        ])
        .prop_map(|name| What::Category(name.to_owned())),
    ];
    (what, any::<bool>()).prop_map(|(what, allow)| CommandRule {
        // A first argument cannot be taken away.
        sign: if allow || what == What::named("select|0") {
            Sign::Allow
        } else {
            Sign::Deny
        },
        what,
    })
}

proptest! {
    #[test]
    fn a_rule_changes_what_it_is_about_and_nothing_else(
        before in prop::collection::vec(rule(), 0..8),
        change in rule(),
    ) {
        let (mut user, catalog) = made("ann", "on", redis("7.0.15"));
        for rule in before {
            crate::model::acl::apply(&mut user, &Rule::Command(rule), &catalog).unwrap();
        }
        let mut plain = user.clone();
        crate::model::acl::apply(&mut plain, &Rule::Command(change.clone()), &catalog).unwrap();
        let longest = plain.root.commands.len();
        bits::set(&mut user, change, &catalog, redis("7.0.15")).unwrap();
        let [fewest, plain] = [&user, &plain].map(|user| Scope::of(&user.root, &catalog));
        // Of a container only its subcommands are ever asked about.
        for id in catalog.ids().filter(|id| catalog.command(*id).subs.is_empty()) {
            prop_assert_eq!(fewest.allows(id), plain.allows(id), "{}", catalog.command(id).name);
            let args = |scope: &Scope<'_>| scope.first_args(id).count();
            prop_assert_eq!(args(&fewest), args(&plain));
        }
        prop_assert!(user.root.commands.len() <= longest);
    }

    #[test]
    fn text_and_parts_stay_in_step(
        chords in prop::collection::vec(chord(), 0..60),
        size in (0_u16..130, 0_u16..40),
        version in prop::sample::select(vec!["6.0.20", "6.2.16", "7.0.15"]),
    ) {
        let dialect = redis(version);
        let (user, catalog) = made("ann", "on >pw ~app:* +@read -get +client", dialect);
        let mut editor = Editor::new(user, Arc::clone(&catalog), dialect);
        editor.arrange(Rect::new(0, 0, size.0, size.1));
        for chord in chords {
            let _ = editor.press(chord);
            if let Ok(user) = editor.user().cloned() {
                let line = print::editable(&user, dialect);
                let mut again = User::new("ann");
                again.passwords.clone_from(&user.passwords);
                for rule in parse::line(&line, &catalog, &[]).unwrap() {
                    crate::model::acl::apply(&mut again, &rule, &catalog).unwrap();
                }
                prop_assert!(diff::same(&user, &again, &catalog), "{line}");
                if editor.part != Part::Line {
                    prop_assert_eq!(editor.draft.line().text(), line);
                }
            } else {
                prop_assert!(editor.changed());
            }
        }
        drawn(&mut editor, size.0, size.1);
    }
}
