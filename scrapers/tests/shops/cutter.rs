//! Stands between browser and shop and loses one answer: the shop has read the order and made it,
//! and its buyer never hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Is this the first line of the order request.
pub(crate) type IsOrder = fn(&str) -> bool;

#[derive(Debug)]
pub(crate) struct Cutter {
    pub(crate) port: u16,
    armed: Arc<AtomicBool>,
    /// How often the order request came.
    pub(crate) orders: Arc<AtomicUsize>,
}

impl Cutter {
    /// A port in front of `shop`.
    pub(crate) async fn start(shop: u16, is_order: IsOrder) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cutter = Self {
            port: listener.local_addr().unwrap().port(),
            armed: Arc::default(),
            orders: Arc::default(),
        };
        let (armed, orders) = (Arc::clone(&cutter.armed), Arc::clone(&cutter.orders));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (armed, orders) = (Arc::clone(&armed), Arc::clone(&orders));
                tokio::spawn(async move {
                    // A connection that breaks is what this is for.
                    let _broken = pass(client, shop, is_order, &armed, &orders).await;
                });
            }
        });
        cutter
    }

    /// From now on the answer to the order request is lost.
    pub(crate) fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn disarm(&self) {
        self.armed.store(false, Ordering::SeqCst);
    }
}

async fn pass(
    client: TcpStream,
    shop: u16,
    is_order: IsOrder,
    armed: &AtomicBool,
    orders: &AtomicUsize,
) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_shop, mut to_shop) = TcpStream::connect(("127.0.0.1", shop)).await?.into_split();
    let lose = Arc::new(AtomicBool::new(false));
    let losing = Arc::clone(&lose);
    let back = tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        loop {
            let read = from_shop.read(&mut buffer).await?;
            // The answer has begun, so the shop is done with the order.
            if read == 0 || losing.load(Ordering::SeqCst) {
                return std::io::Result::Ok(());
            }
            to_client.write_all(&buffer[..read]).await?;
        }
    });
    let mut buffer = vec![0; 65_536];
    loop {
        let read = tokio::select! {
            read = from_client.read(&mut buffer) => read?,
            () = until(&back) => 0,
        };
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&buffer[..read]);
        if is_order(text.lines().next().unwrap_or_default()) {
            orders.fetch_add(1, Ordering::SeqCst);
            lose.store(armed.load(Ordering::SeqCst), Ordering::SeqCst);
        }
        to_shop.write_all(&buffer[..read]).await?;
    }
    back.abort();
    Ok(())
}

async fn until<T>(task: &tokio::task::JoinHandle<T>) {
    while !task.is_finished() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
