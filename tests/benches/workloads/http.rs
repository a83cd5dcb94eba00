//! Requests: a server to ask (`nginx`, where it is installed), and a bare loop over the client that `sfn` uses.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::process::{is_installed, write};

/// Where the server listens.
pub const ADDRESS: &str = "http://127.0.0.1:8099/item";

const CONFIGURATION: &str = "daemon off; master_process off; pid nginx.pid; error_log /dev/null;
events { worker_connections 512; }
http {
  access_log off; keepalive_requests 1000000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:8099;
    location /item { default_type application/json; return 200 '{\"ok\":true}'; }
  }
}
";

/// A running server; it ends when this is dropped.
pub struct Server(Child);

impl Server {
    /// Starts `nginx` with its files in `folder`; none where it is not installed.
    pub fn start(folder: &Path) -> Option<Server> {
        if !is_installed("nginx") {
            return None;
        }
        write(folder, "nginx.conf", CONFIGURATION);
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "/dev/null"]);
        let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("nginx can be started");
        let listens = || std::net::TcpStream::connect("127.0.0.1:8099").is_ok();
        while !listens() {
            std::thread::yield_now();
        }
        Some(Server(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whether it was still running does not matter any more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Posts to the server `count` times, `width` at once: what `sfn` could reach if it did nothing else.
pub fn post_in_a_loop(count: usize, width: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        rustls::crypto::ring::default_provider().install_default().expect("the only provider");
        let client = reqwest::Client::new();
        let lanes = (0..width).map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                for _ in 0..count / width {
                    let request = client.post(ADDRESS).header("content-type", "application/json").body("1");
                    let answer = request.send().await.expect("an answer");
                    answer.bytes().await.expect("a body");
                }
            })
        });
        for lane in lanes.collect::<Vec<_>>() {
            lane.await.expect("a lane that ends well");
        }
    });
}
