//! The server that runs: which process, which sockets are its, and whether it says that it is ready.

use std::{collections::BTreeSet, fs, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    Subject,
    finding::{Check, Finding},
};
use crate::{data::Holder, ports::Protocol};

pub(super) const SERVER: Check = Check { name: "server", why: "whoever comes finds it only while it runs and is ready" };

pub(super) async fn server(subject: Arc<Subject>) -> Vec<Finding> {
    let process = match &subject.holder {
        Holder::Server(process) => process.map(|number| format!(" (process {number})")).unwrap_or_default(),
        Holder::Nobody => return vec![SERVER.well(format!("none runs on {}", subject.config.data))],
        Holder::Unknown(_) => return Vec::new(), // said of the directory
    };
    let door = subject.ports.iter().find(|port| port.setting == "gateway.operator").and_then(|port| port.ours);
    let plain = door.filter(|door| door.port() != 0 && door.ip().to_canonical().is_loopback());
    let Some(door) = plain else { return vec![SERVER.well(format!("it runs{process}"))] };
    match ready(door).await {
        Ok((200, _)) => vec![SERVER.well(format!("it runs{process}, and is ready"))],
        Ok((status, said)) => {
            let what = format!("it runs{process}, and is not ready: {status} {said}");
            vec![SERVER.error(what, "journalctl -u carillon -n 50; the findings below say more")]
        }
        Err(why) => vec![SERVER.warning(
            format!("it runs{process}, and its operator's door at {door} does not answer: {why}"),
            "if the configuration was changed since it started: systemctl restart carillon",
        )],
    }
}

/// What `/readyz` says.
async fn ready(door: SocketAddr) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(door).await?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {door}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(16 * 1024).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(|| std::io::Error::other("it speaks no HTTP"))?, body.trim().to_owned()))
}

/// Whether a socket of the process listens at this port; none where that cannot be seen.
pub(super) fn listens(process: u32, protocol: Protocol, port: u16) -> Option<bool> {
    let its: BTreeSet<u64> =
        fs::read_dir(format!("/proc/{process}/fd")).ok()?.filter_map(|file| inode(&fs::read_link(file.ok()?.path()).ok()?)).collect();
    let (tables, listening) = match protocol {
        Protocol::Tcp => (["tcp", "tcp6"], Some("0A")),
        Protocol::Udp => (["udp", "udp6"], None),
    };
    let rows = tables.iter().filter_map(|table| fs::read_to_string(format!("/proc/{process}/net/{table}")).ok());
    let at = rows.flat_map(|table| table.lines().skip(1).filter_map(|row| at(row, port, listening)).collect::<Vec<_>>());
    Some(at.into_iter().any(|socket| its.contains(&socket)))
}

fn inode(link: &std::path::Path) -> Option<u64> {
    link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// The inode of a row of `/proc/net/tcp` at this local port, in this state.
fn at(row: &str, port: u16, state: Option<&str>) -> Option<u64> {
    let columns: Vec<&str> = row.split_whitespace().collect();
    let (_, local) = columns.get(1)?.rsplit_once(':')?;
    let here = u16::from_str_radix(local, 16).ok()? == port && state.is_none_or(|state| columns.get(3) == Some(&state));
    here.then(|| columns.get(9)?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn the_kernel_s_table_is_read() {
        let row = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 361239 1 0000000000000000 100 0 0 10 0";
        assert_eq!((at(row, 8080, Some("0A")), at(row, 8081, None), at(row, 8080, Some("01"))), (Some(361_239), None, None));
    }
}
