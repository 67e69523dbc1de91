//! Options that say what a recipient is told, when and how.

use std::str::FromStr;

use clap::Args;

use super::word;
use crate::{
    domain::vocabulary::{NotificationChannel, NotificationPriority},
    store::notifications::{Contact, Preferences, QuietHours, Recipient},
};

/// What a recipient is told, when and how.
#[derive(Args)]
pub(super) struct Options {
    /// E-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Webhook.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// How: log, email or webhook; several with commas. A recipient without any is told nothing.
    #[arg(long = "channels", value_name = "CHANNELS", value_delimiter = ',', value_parser = channel)]
    channels: Option<Vec<NotificationChannel>>,
    /// Nothing less urgent: low, normal, high or urgent.
    #[arg(long, value_name = "PRIORITY", value_parser = priority)]
    minimum_priority: Option<NotificationPriority>,
    /// Kinds as in `PRICE_SPIKE`, several with commas; `all` for all.
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    kinds: Option<Vec<String>>,
    /// Hours in which only what is URGENT is told, as in 22:00-07:00; `none` for none.
    #[arg(long, value_name = "HOURS")]
    quiet: Option<Quiet>,
    /// Zone of those hours, as in Europe/Berlin.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

#[derive(Clone)]
struct Quiet(Option<QuietHours>);

impl FromStr for Quiet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        let (from, until) = text.split_once('-').ok_or("write hours like 22:00-07:00, or none")?;
        let time = |text: &str| {
            text.parse().map_err(|error: crate::domain::clock_time::ClockTimeError| error.to_string())
        };
        Ok(Self(Some(QuietHours { from: time(from)?, until: time(until)? })))
    }
}

fn channel(text: &str) -> Result<NotificationChannel, String> {
    word(text, NotificationChannel::parse, NotificationChannel::ALL.iter().map(|channel| channel.name()))
}

fn priority(text: &str) -> Result<NotificationPriority, String> {
    word(text, NotificationPriority::parse, NotificationPriority::ALL.iter().map(|priority| priority.name()))
}

impl Options {
    /// Those of somebody new.
    pub(super) fn new_preferences(&self) -> Preferences {
        self.over(Preferences {
            email: None,
            webhook_url: None,
            channels: vec![NotificationChannel::Log],
            minimum_priority: NotificationPriority::Normal,
            kinds: Vec::new(),
            quiet_hours: None,
            time_zone: "UTC".into(),
        })
    }

    /// Those of a recipient, as far as they are not given anew.
    pub(super) fn changed(&self, recipient: Recipient) -> Preferences {
        let quiet_hours = recipient.quiet_from.zip(recipient.quiet_until);
        self.over(Preferences {
            email: recipient.email,
            webhook_url: recipient.webhook_url,
            channels: recipient.channels,
            minimum_priority: recipient.minimum_priority,
            kinds: recipient.kinds,
            quiet_hours: quiet_hours.map(|(from, until)| QuietHours { from, until }),
            time_zone: recipient.time_zone,
        })
    }

    fn over(&self, before: Preferences) -> Preferences {
        let kinds = |kinds: &Vec<String>| if *kinds == ["all"] { Vec::new() } else { kinds.clone() };
        Preferences {
            email: self.email.as_ref().map(Contact::new).or(before.email),
            webhook_url: self.webhook.as_ref().map(Contact::new).or(before.webhook_url),
            channels: self.channels.clone().unwrap_or(before.channels),
            minimum_priority: self.minimum_priority.unwrap_or(before.minimum_priority),
            kinds: self.kinds.as_ref().map_or(before.kinds, kinds),
            quiet_hours: self.quiet.as_ref().map_or(before.quiet_hours, |quiet| quiet.0),
            time_zone: self.time_zone.clone().unwrap_or(before.time_zone),
        }
    }
}
