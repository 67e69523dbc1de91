use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::is_public, target::TargetError};

/// Finds public addresses only. The connection goes to what was found here, so what is checked is what is connected to.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(TargetError::Private.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
