//! The third rung: a script that runs the checks and the steps in one, where transactions are refused.
use std::time::Instant;

use super::{Outcome, TRIES, Work, alike, odd};
use crate::model::change::{Check, Guard, Step};
use crate::model::{Cmd, Reply};
use crate::server::refusals::name;
use crate::server::{Fault, wire};

/// The command of this rung.
pub(super) const EVAL: &str = "EVAL";
/// `ARGV`: how many checks, how many steps; of each check its form, what it must answer (see [`say`]), its argv with
/// its length before it; of each step the same argv. It answers `done` and the replies of the steps, or `differs` and
/// the replies of the checks up to the first that differs.
const SCRIPT: &str = r"local at = 2
local function take() at = at + 1; return ARGV[at] end
local function call()
  local argv = {}
  for i = 1, tonumber(take()) do argv[i] = take() end
  return redis.pcall(unpack(argv))
end
local function say(reply)
  if type(reply) == 'table' and reply.ok then reply = reply.ok end
  if type(reply) == 'number' then reply = string.format('%.0f', reply) end
  if type(reply) == 'string' then return '$' .. #reply .. ':' .. reply end
  if type(reply) ~= 'table' then return '-' end
  local all = '*' .. #reply .. ':'
  for i = 1, #reply do all = all .. say(reply[i]) end
  return all
end
local now = {'differs'}
for i = 1, tonumber(ARGV[1]) do
  local form, wanted = take(), take()
  local reply = call()
  now[i + 1] = reply
  if type(reply) == 'table' and reply.err then return now end
  local same = say(reply) == wanted
  if form == 'score' then same = type(reply) == 'string' and tonumber(reply) == tonumber(wanted) end
  if not same then return now end
end
local done = {'done'}
for i = 1, tonumber(ARGV[2]) do done[i + 1] = call() end
return done
";

/// Lua unpacks fewer than 8,000 values.
const MOST_ARGS: usize = 4_000;

impl Work<'_> {
    /// An expiry that another client moved in between is read again, and the script sent again: it has not written.
    pub(super) async fn scripted(&mut self, guard: &Guard) -> Result<Outcome, Fault> {
        let eval = Cmd::new(EVAL);
        let long = self
            .change
            .cmds
            .iter()
            .any(|step| step.cmd.args().count() > MOST_ARGS);
        if long || self.conn.refused(&eval).is_some() {
            return Err(unguardable());
        }
        let mut outcome = Outcome::Conflict(Vec::new());
        for _ in 0..TRIES {
            let (steps, kept) = self.steps(self.conn).await?;
            let mut checks = guard.checks.clone();
            checks.extend(kept.map(|(read, reply)| Check::new(read, reply)));
            outcome = self.run(&checks, &steps).await?;
            let only_expiry =
                matches!(&outcome, Outcome::Conflict(now) if now.len() > guard.checks.len());
            if !only_expiry {
                return Ok(outcome);
            }
        }
        Ok(outcome)
    }

    async fn run(&mut self, checks: &[Check], steps: &[Step]) -> Result<Outcome, Fault> {
        let cmd = command(self.change.key.bytes(), checks, &self.asked.around(steps));
        let asked = Instant::now();
        let reply = match self.write(std::slice::from_ref(&cmd)).await {
            Ok(replies) => replies.into_iter().next().unwrap_or(Reply::Nil),
            Err(fault) => return self.unknown(std::slice::from_ref(&cmd), asked, fault),
        };
        self.out.sent(&cmd, asked.elapsed(), &Ok(reply.clone()));
        match reply {
            Reply::Array(mut items) if !items.is_empty() => {
                let replies = items.split_off(1);
                match items.first().and_then(Reply::bytes) {
                    Some(b"done") => self.judge(steps, replies.into_iter().map(clear).collect()),
                    Some(b"differs") => differs(checks, replies),
                    _ => Err(odd(EVAL)),
                }
            }
            Reply::Error { code, .. } if code == "NOPERM" => Err(unguardable()),
            reply if wire::unknown(&reply) => Err(unguardable()),
            reply => wire::accept(clear(reply)).and(Err(odd(EVAL))),
        }
    }
}

fn unguardable() -> Fault {
    Fault::Unguardable {
        command: EVAL.to_owned(),
    }
}

/// The script with its arguments.
fn command(key: &[u8], checks: &[Check], steps: &[Cmd]) -> Cmd {
    let head = Cmd::new(EVAL).arg(SCRIPT).num(1).arg(key);
    let head = head.num(checks.len()).num(steps.len());
    let checked = checks.iter().fold(head, |cmd, check| {
        let (form, wanted) = match &check.expect {
            Reply::Double(score) => ("score", score.to_string().into_bytes()),
            reply => ("reply", say(reply)),
        };
        argv(cmd.arg(form).arg(wanted), &check.cmd)
    });
    steps.iter().fold(checked, argv)
}

fn argv(cmd: Cmd, of: &Cmd) -> Cmd {
    of.args().fold(cmd.num(of.args().count()), Cmd::arg)
}

/// A reply as the script spells it: the same for a number, a status and a string that say the same.
fn say(reply: &Reply) -> Vec<u8> {
    let text = |text: &[u8]| [format!("${}:", text.len()).as_bytes(), text].concat();
    let all = |items: &mut dyn Iterator<Item = &Reply>, count: usize| {
        items.fold(format!("*{count}:").into_bytes(), |mut all, item| {
            all.extend(say(item));
            all
        })
    };
    match reply {
        Reply::Int(number) => text(number.to_string().as_bytes()),
        Reply::Bool(truth) => text(if *truth { b"1" } else { b"0" }),
        Reply::Double(number) => text(number.to_string().as_bytes()),
        Reply::Status(status) => text(status.as_bytes()),
        Reply::Bytes(bytes) => text(bytes),
        Reply::Array(items) => all(&mut items.iter(), items.len()),
        Reply::Map(pairs) => {
            let flat = pairs.iter().flat_map(|(key, value)| [key, value]);
            all(&mut { flat }, pairs.len() * 2)
        }
        // A script has no names of SCAN's to compare.
        Reply::Nil | Reply::Names(_) | Reply::Error { .. } => b"-".to_vec(),
    }
}

/// The checks do not hold, or one of them was refused.
fn differs(checks: &[Check], replies: Vec<Reply>) -> Result<Outcome, Fault> {
    let now: Vec<Reply> = replies.into_iter().map(clear).collect();
    let refused = now.last().zip(checks.get(now.len().saturating_sub(1)));
    match refused {
        Some((Reply::Error { code, .. }, check)) if code == "NOPERM" => Err(Fault::Unguardable {
            command: name(&check.cmd),
        }),
        Some((reply @ Reply::Error { .. }, _)) if !alike::is_other(reply) => {
            wire::accept(reply.clone()).and(Err(odd(EVAL)))
        }
        _ => Ok(Outcome::Conflict(now)),
    }
}

/// A refusal inside a script as it is outside: there its first word is ERR, or none.
fn clear(reply: Reply) -> Reply {
    let Reply::Error { code, text } = reply else {
        return reply;
    };
    let whole = format!("{code} {text}");
    if whole.contains("ACL failure in script")
        || whole.contains("The user executing the script can't")
    {
        return Reply::Error {
            code: "NOPERM".to_owned(),
            text,
        };
    }
    Reply::Error { code, text }
}
