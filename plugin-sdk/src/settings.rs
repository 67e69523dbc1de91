//! Settings of a plugin: a documented struct with defaults and bounds.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A plugin's settings; [`settings!`](crate::settings!) writes the whole implementation.
pub trait Settings: DeserializeOwned + JsonSchema + Default {
    /// Refuses values that make no sense.
    ///
    /// # Errors
    /// Names the field and what it may be.
    fn check(&self) -> Result<(), String>;
}

/// Declares the settings of a plugin: each field with its doc comment (unit, reason of the default), type,
/// bounds in brackets where it has some, and default.
///
/// ```
/// plugin_sdk::settings! {
///     /// Settings of my-detector.
///     pub struct MySettings {
///         /// How many robust deviations stand out.
///         pub threshold: f64 [1.0, 100.0] = 6.0,
///         /// Whether rises count.
///         pub rises: bool = true,
///     }
/// }
/// let settings: MySettings = plugin_sdk::settings::read(r#"{"threshold": 4}"#)?;
/// assert_eq!(settings.threshold, 4.0);
/// let refused = plugin_sdk::settings::read::<MySettings>(r#"{"threshold": 0}"#);
/// assert_eq!(refused.err().as_deref(), Some("threshold: 0.0 is not between 1.0 and 100.0"));
/// # Ok::<(), String>(())
/// ```
#[macro_export]
macro_rules! settings {
    (
        $(#[$about:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$doc:meta])* $field_visibility:vis $field:ident : $type:ty $([$min:expr, $max:expr])? = $default:expr),* $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, $crate::reexport::serde::Deserialize, $crate::reexport::schemars::JsonSchema)]
        #[serde(crate = "plugin_sdk::reexport::serde", deny_unknown_fields, default)]
        #[schemars(crate = "plugin_sdk::reexport::schemars")]
        $visibility struct $name {
            $(
                $(#[$doc])*
                $(#[schemars(extend("minimum" = $min, "maximum" = $max))])?
                $field_visibility $field: $type
            ),*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),* }
            }
        }

        impl $crate::settings::Settings for $name {
            fn check(&self) -> Result<(), String> {
                $($(
                    if !($min..=$max).contains(&self.$field) {
                        return Err(format!(
                            "{}: {:?} is not between {:?} and {:?}", stringify!($field), self.$field, $min, $max
                        ));
                    }
                )?)*
                Ok(())
            }
        }
    };
}

crate::settings! {
    /// For plugins that have none.
    pub struct NoSettings {}
}

/// Reads settings from a JSON object; the empty text gives the defaults.
///
/// # Errors
/// Names the field and what is wrong with it.
pub fn read<S: Settings>(json: &str) -> Result<S, String> {
    if json.is_empty() {
        return Ok(S::default());
    }
    let mut source = serde_json::Deserializer::from_str(json);
    let settings: S = serde_path_to_error::deserialize(&mut source).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner();
        if path == "." { reason.to_string() } else { format!("{path}: {reason}") }
    })?;
    settings.check()?;
    Ok(settings)
}

/// JSON Schema of the settings, as compact JSON.
pub fn schema<S: Settings>() -> String {
    serde_json::to_string(&schemars::schema_for!(S)).unwrap_or_default()
}
