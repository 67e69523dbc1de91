//! [`ClockTime`] as Postgres' `time`, which counts microseconds since midnight.

use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid},
};

use crate::domain::{clock_time::ClockTime, time::MINUTE};

impl Type<Postgres> for ClockTime {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1083))
    }
}

impl Encode<'_, Postgres> for ClockTime {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(i64::from(self.minutes()) * MINUTE, buffer)
    }
}

impl Decode<'_, Postgres> for ClockTime {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => {
                let micros: [u8; 8] = value.as_bytes()?.try_into()?;
                let minutes = u16::try_from(i64::from_be_bytes(micros) / MINUTE)?;
                Self::from_minutes(minutes).ok_or_else(|| "a time after the end of the day".into())
            }
            PgValueFormat::Text => Err("times are read in binary form only".into()),
        }
    }
}
