//! What a sweep varies.

/// Most values of one parameter.
const MOST_VALUES: f64 = 1_000.0;

/// One setting of one plugin and the values to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name of the plugin.
    pub plugin: String,
    /// Its setting.
    pub key: String,
    /// Values in order.
    pub values: Vec<f64>,
}

impl Parameter {
    /// Reads `NAME.KEY=FROM..TO/STEP`.
    ///
    /// # Errors
    /// Says what is wrong and how to write it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text}: write it as NAME.KEY=FROM..TO/STEP, for example price-movement.threshold=4..10/0.5"
            )
        };
        let (path, range) = text.split_once('=').ok_or_else(wrong)?;
        let (plugin, key) = path.split_once('.').ok_or_else(wrong)?;
        let (from, rest) = range.split_once("..").ok_or_else(wrong)?;
        let (to, step) = rest.split_once('/').ok_or_else(wrong)?;
        let number =
            |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(wrong);
        let (from, to, step) = (number(from)?, number(to)?, number(step)?);
        let steps = ((to - from) / step + 1e-9).floor();
        if step <= 0.0 || !(0.0..MOST_VALUES).contains(&steps) {
            return Err(format!(
                "{text}: needs FROM <= TO, a positive STEP and at most {MOST_VALUES} values"
            ));
        }
        let values = (0..=steps as u32).map(|index| tidy(from + f64::from(index) * step)).collect();
        Ok(Self { plugin: plugin.into(), key: key.into(), values })
    }

    /// As it is written: `NAME.KEY`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.plugin, self.key)
    }
}

/// Without the dust that adding steps leaves.
fn tidy(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// All combinations, the last parameter varying fastest.
pub(super) fn grid(parameters: &[Parameter]) -> Vec<Vec<f64>> {
    parameters.iter().fold(vec![Vec::new()], |grid, parameter| {
        grid.iter()
            .flat_map(|values| {
                parameter.values.iter().map(move |&value| values.iter().copied().chain([value]).collect())
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_both_ends_and_even_steps() {
        let parameter = Parameter::parse("price-movement.threshold=4..5/0.1").unwrap();
        assert_eq!(parameter.name(), "price-movement.threshold");
        assert_eq!(parameter.values, [4.0, 4.1, 4.2, 4.3, 4.4, 4.5, 4.6, 4.7, 4.8, 4.9, 5.0]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in
            ["a", "a.b", "a.b=1", "a.b=1..2", "a.b=1..2/0", "a.b=2..1/1", "a.b=1..x/1", "a.b=0..1e9/0.1"]
        {
            assert!(Parameter::parse(text).is_err_and(|reason| reason.starts_with(text)), "{text}");
        }
    }

    #[test]
    fn the_grid_has_every_combination() {
        let parameters = ["a.x=1..2/1", "b.y=5..7/1"].map(|text| Parameter::parse(text).unwrap());
        let grid = grid(&parameters);
        assert_eq!(grid.len(), 6);
        assert_eq!(grid[0], [1.0, 5.0]);
        assert_eq!(grid[5], [2.0, 7.0]);
    }
}
