//! What the rights as a whole lack or have too much of.
use super::super::catalog::{Command, Source};
use super::super::dialect::Feature;
use super::super::rule::{Access, CommandRule, Rule, Sign, What};
use super::super::user::{Channels, Databases, Keys};
use super::{Level, Lint, Subject};

pub(super) fn lints(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    channels(subject, found);
    blind(subject, found);
    kit(subject, found);
    databases(subject, found);
    future(subject, found);
    cluster(subject, found);
    old_servers(subject, found);
}

fn grant(names: &[&str]) -> Vec<Rule> {
    names
        .iter()
        .map(|name| CommandRule::allow(What::named(name)).into())
        .collect()
}

/// Those of the named commands that the server has and the user has not.
fn lacking<'n>(subject: &Subject<'_>, names: &[&'n str]) -> Vec<&'n str> {
    let catalog = subject.facts.catalog;
    let known = |name: &str| {
        let container = name.split('|').next().unwrap_or(name);
        let whole = catalog
            .find(container)
            .is_some_and(|id| catalog.command(id).subs.is_empty());
        catalog.find(name).is_some() || whole
    };
    names
        .iter()
        .copied()
        .filter(|name| known(name) && !subject.may(name))
        .collect()
}

fn channels(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if !subject.facts.catalog.dialect.has(Feature::Channels) {
        return;
    }
    let pubsub = subject.allowed(&[
        "publish",
        "spublish",
        "subscribe",
        "ssubscribe",
        "psubscribe",
    ]);
    let none =
        |channels: &Channels| matches!(channels, Channels::Only(patterns) if patterns.is_empty());
    if subject
        .user
        .rights()
        .any(|rights| rights.channels == Channels::All)
    {
        found.push(Lint {
            id: "L17",
            level: Level::Error,
            text: "it may use every channel, those that tell about keys included".into(),
            fix: "allow the app's own channels only".into(),
            rules: vec![Rule::ResetChannels],
        });
    } else if !pubsub.is_empty() && subject.user.rights().all(|rights| none(&rights.channels)) {
        found.push(Lint {
            id: "L17",
            level: Level::Warning,
            text: format!(
                "no channel is allowed, so every call fails of {}",
                pubsub.join(", ")
            ),
            fix: "allow the app's channels, or take these commands away".into(),
            rules: subject.without(&pubsub),
        });
    } else if pubsub.contains(&"psubscribe") {
        found.push(Lint {
            id: "L17",
            level: Level::Info,
            text: "PSUBSCRIBE works only with the very patterns that are allowed".into(),
            fix: "tell the app's people the exact patterns".into(),
            rules: Vec::new(),
        });
    }
}

/// Whether some command of this flag may be run on some key that lets it.
fn does(subject: &Subject<'_>, flag: &str, lets: fn(Access) -> bool) -> bool {
    let catalog = subject.facts.catalog;
    let keyed = |command: &Command| command.flag(flag) && command.has_keys();
    subject.reach.selectors.iter().any(|scope| {
        let keys = match &scope.rights.keys {
            Keys::All => true,
            Keys::Only(patterns) => patterns.iter().any(|pattern| lets(pattern.access)),
        };
        keys && catalog
            .ids()
            .any(|id| scope.allows(id) && keyed(catalog.command(id)))
    })
}

fn blind(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if does(subject, "write", Access::writes) && !does(subject, "readonly", Access::reads) {
        found.push(Lint {
            id: "L18",
            level: Level::Warning,
            text: "it writes what it cannot read: GET, TTL and SET … GET are refused, editors show nothing".into(),
            fix: "let it read too, unless it only delivers".into(),
            rules: Vec::new(),
        });
    }
}

fn kit(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let works = does(subject, "readonly", Access::reads) || does(subject, "write", Access::writes);
    let mut missing = lacking(subject, &["ping", "select", "client|setname"]);
    // `select|0` is a way of allowing SELECT.
    let select = |rule: &CommandRule| {
        matches!(&rule.what, What::Sub { command, .. } if command == "select")
            && rule.sign == Sign::Allow
    };
    if subject
        .user
        .rights()
        .any(|rights| rights.commands.iter().any(select))
    {
        missing.retain(|name| *name != "select");
    }
    if works && !missing.is_empty() {
        found.push(Lint {
            id: "L19",
            level: if missing.contains(&"ping") {
                Level::Warning
            } else {
                Level::Info
            },
            text: format!(
                "pools and health checks of many clients need {}",
                missing.join(", ")
            ),
            fix: "add them unless the client is known to do without".into(),
            rules: grant(&missing),
        });
    }
}

fn databases(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let limited = subject
        .user
        .rights()
        .all(|rights| rights.databases != Databases::All);
    let names = subject.allowed(&["select", "move", "copy"]);
    if subject.facts.databases < 2 || limited || names.is_empty() {
        return;
    }
    let own = subject.facts.catalog.dialect.has(Feature::Databases);
    found.push(Lint {
        id: "L21",
        level: Level::Warning,
        text: format!(
            "its keys in every other database are reached by {}",
            names.join(", ")
        ),
        fix: if own {
            "limit it to its database: db=0"
        } else {
            "allow SELECT 0 only: -select +select|0"
        }
        .into(),
        rules: if own {
            vec![Rule::Databases(vec![0])]
        } else {
            [subject.without(&names), grant(&["select|0"])].concat()
        },
    });
}

fn future(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if subject
        .user
        .rights()
        .any(super::super::user::Rights::is_open)
    {
        found.push(Lint {
            id: "L22",
            level: Level::Warning,
            text: "commands of later versions and of modules will be allowed too, for it starts from +@all".into(),
            fix: "look again after an upgrade, or start from the categories that it needs".into(),
            rules: Vec::new(),
        });
    } else if subject
        .user
        .rights()
        .any(|rights| !rights.commands.is_empty())
    {
        found.push(Lint {
            id: "L22",
            level: Level::Info,
            text: "new commands outside its categories will not be allowed after an upgrade".into(),
            fix: "look again after an upgrade".into(),
            rules: Vec::new(),
        });
    }
}

fn cluster(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let topology = subject.allowed(&["cluster|slots", "cluster|shards"]);
    let mut missing = lacking(subject, &["readonly", "asking"]);
    if topology.is_empty() {
        missing.insert(0, "cluster|slots");
    }
    if subject.facts.cluster && !missing.is_empty() {
        found.push(Lint {
            id: "L27",
            level: Level::Warning,
            text: format!(
                "clients of a cluster cannot start or follow a move without {}",
                missing.join(", ")
            ),
            fix: "add them".into(),
            rules: grant(&missing),
        });
    }
}

fn old_servers(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let catalog = subject.facts.catalog;
    if catalog.dialect.has(Feature::Subcommands) || catalog.source == Source::Assumed {
        return;
    }
    let deny = CommandRule::deny(What::Category("dangerous".into()));
    let missing = lacking(
        subject,
        &["client|setname", "client|id", "acl|whoami", "cluster|slots"],
    );
    let denied = subject
        .user
        .rights()
        .any(|rights| rights.commands.contains(&deny));
    if denied && !missing.is_empty() {
        found.push(Lint {
            id: "L28",
            level: Level::Warning,
            text: format!(
                "on 6.x -@dangerous takes all of CLIENT, ACL and CLUSTER; clients use {}",
                missing.join(", ")
            ),
            fix: "add what the client uses".into(),
            rules: grant(&missing),
        });
    }
}
