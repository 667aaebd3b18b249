//! Why a server that is there does not do what it is asked: its own words, and what they mean for a person.
use super::printed::print;

/// A state of the whole server in which it refuses commands, or answers none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plight {
    /// Nothing has come back for a while: it is blocked, paused (CLIENT PAUSE), or the line is dead.
    Silent,
    /// It reads its data from disk (`LOADING`); so much of it is done, in percent, where it may be asked.
    Loading(Option<u8>),
    /// A script or function runs on and on (`BUSY`).
    Busy(Stop),
    /// A replica without its primary that may not serve old data (`MASTERDOWN`).
    MasterDown,
    /// It could not save to disk (`MISCONF`).
    Misconf,
    /// Its memory is full (`OOM`).
    Oom,
    /// It is a replica that takes no writes (`READONLY`).
    ReadOnly,
    /// Too few replicas are in step (`NOREPLICAS`).
    NoReplicas,
}

/// What ends that which keeps a server busy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// SCRIPT KILL
    Script,
    /// FUNCTION KILL (7.0+)
    Function,
}

impl Plight {
    /// The state that a refusal tells of; none where it is about one command or key.
    pub fn of(code: &str, text: &str) -> Option<Self> {
        Some(match code {
            "LOADING" => Self::Loading(None),
            "BUSY" if text.contains("FUNCTION KILL") => Self::Busy(Stop::Function),
            "BUSY" => Self::Busy(Stop::Script),
            "MASTERDOWN" => Self::MasterDown,
            "MISCONF" => Self::Misconf,
            "OOM" => Self::Oom,
            "READONLY" => Self::ReadOnly,
            "NOREPLICAS" => Self::NoReplicas,
            _ => return None,
        })
    }

    /// Whether reads are refused too, so that all one can do is wait for its end.
    pub fn stops_reads(&self) -> bool {
        matches!(
            self,
            Self::Silent | Self::Loading(_) | Self::Busy(_) | Self::MasterDown
        )
    }

    /// One word for the top line.
    pub fn badge(&self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Loading(_) => "LOADING",
            Self::Busy(_) => "BUSY",
            Self::MasterDown => "MASTERDOWN",
            Self::Misconf => "MISCONF",
            Self::Oom => "OOM",
            Self::ReadOnly => "READONLY",
            Self::NoReplicas => "NOREPLICAS",
        }
    }

    /// What is the matter, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Silent => "the server does not answer".into(),
            Self::Loading(None) => "the server is loading its data (LOADING)".into(),
            Self::Loading(Some(percent)) => {
                format!("the server is loading its data (LOADING), {percent} %")
            }
            Self::Busy(Stop::Script) => "the server is busy with a script (BUSY)".into(),
            Self::Busy(Stop::Function) => "the server is busy with a function (BUSY)".into(),
            Self::MasterDown => "this replica has lost its primary (MASTERDOWN)".into(),
            Self::Misconf => {
                "the server could not save to disk and refuses writes (MISCONF)".into()
            }
            Self::Oom => "the server's memory is full (OOM)".into(),
            Self::ReadOnly => "this server is a replica and takes no writes (READONLY)".into(),
            Self::NoReplicas => {
                "too few replicas are in step, and the server refuses writes (NOREPLICAS)".into()
            }
        }
    }

    /// What still works, and what a person can do.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Silent => {
                "It goes on by itself. ctrl-t tries a new connection at once, C another address."
            }
            Self::Loading(_) => "It goes on by itself when that is done.",
            Self::Busy(Stop::Script) => "It goes on by itself. ! stops the script (SCRIPT KILL).",
            Self::Busy(Stop::Function) => {
                "It goes on by itself. ! stops the function (FUNCTION KILL)."
            }
            Self::MasterDown => {
                "It goes on by itself when the primary is back. C connects elsewhere."
            }
            Self::Misconf => "Reading works. Its log says why; mostly the disk is full.",
            Self::Oom => "Reading and deleting work.",
            Self::ReadOnly => "Reading works. Write on its primary: C connects there.",
            Self::NoReplicas => "Reading works.",
        }
    }
}

/// A refusal for a person: what it means where keygrove knows, else the server's own words.
pub fn explain(code: &str, text: &str) -> String {
    if let Some(plight) = Plight::of(code, text) {
        return format!("{}. {}", plight.words(), plight.advice());
    }
    let node = || print(text.split(' ').nth(1).unwrap_or("?").as_bytes());
    match code {
        "MOVED" => format!("this key lives on another node of the cluster (MOVED): C connects to {}", node()),
        "ASK" => format!("this key is on its way to another node of the cluster, {} (ASK): try again soon", node()),
        "TRYAGAIN" => "these keys are on their way to another node of the cluster (TRYAGAIN): try again soon".into(),
        "CROSSSLOT" => "these keys live in different slots of the cluster, and one command cannot touch both (CROSSSLOT)".into(),
        "CLUSTERDOWN" => "no node of the cluster serves this key now (CLUSTERDOWN): try again when the cluster is whole".into(),
        _ => format!("{code} {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_what_it_means() {
        for (code, text, words) in [
            (
                "OOM",
                "command not allowed when used memory > 'maxmemory'.",
                "memory is full",
            ),
            (
                "BUSY",
                "Redis is busy running a script. You can only call SCRIPT KILL or …",
                "SCRIPT KILL",
            ),
            (
                "BUSY",
                "… You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
                "FUNCTION KILL",
            ),
            (
                "MOVED",
                "866 127.0.0.1:7001",
                "C connects to 127.0.0.1:7001",
            ),
            ("MOVED", "", "C connects to ?"),
            ("ERR", "no such thing", "ERR no such thing"),
        ] {
            let told = explain(code, text);
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn only_what_concerns_the_whole_server_is_its_plight() {
        for code in [
            "WRONGTYPE",
            "NOPERM",
            "CLUSTERDOWN",
            "MOVED",
            "ERR",
            "BUSYKEY",
        ] {
            assert_eq!(Plight::of(code, ""), None, "{code}");
        }
        assert!(Plight::of("LOADING", "").is_some_and(|plight| plight.stops_reads()));
        assert!(!Plight::of("OOM", "").is_some_and(|plight| plight.stops_reads()));
    }
}
