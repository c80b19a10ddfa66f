//! A server that is further away than it is.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Room for an answer of DynamoDB to one of our calls, so that it is held back once.
const ANSWER_BYTES: usize = 64 * 1024;

/// Stands in front of an HTTP server on this machine, holds back each of its answers, and returns where it stands.
pub async fn hold_back(url: &str, wait: Duration) -> io::Result<String> {
    let server: SocketAddr = url.trim_start_matches("http://").parse().map_err(io::Error::other)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((client, _from)) = listener.accept().await {
            tokio::spawn(async move {
                let server = TcpStream::connect(server).await?;
                client.set_nodelay(true)?;
                server.set_nodelay(true)?;
                let (mut asks, answers) = client.into_split();
                let (answered, mut asked) = server.into_split();
                let (there, back) = tokio::join!(copy(&mut asks, &mut asked), late(answered, answers, wait));
                there.and(back)
            });
        }
    });
    Ok(format!("http://{address}"))
}

async fn late(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wait: Duration) -> io::Result<u64> {
    let (mut answer, mut whole) = (vec![0; ANSWER_BYTES], 0);
    loop {
        let length = from.read(&mut answer).await?;
        if length == 0 {
            return Ok(whole);
        }
        tokio::time::sleep(wait).await;
        to.write_all(answer.get(..length).unwrap_or_default()).await?;
        whole += length as u64;
    }
}
