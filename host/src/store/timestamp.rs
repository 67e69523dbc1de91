//! [`Timestamp`] as Postgres' `timestamptz`: both count microseconds, from 1970 and from 2000.

use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid},
};

use crate::domain::time::{DAY, Timestamp};

/// 2000-01-01 as microseconds since 1970: 30 years, 7 of them leap years.
const YEAR_2000: i64 = (30 * 365 + 7) * DAY;

impl Type<Postgres> for Timestamp {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}

impl PgHasArrayType for Timestamp {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1185))
    }
}

impl Encode<'_, Postgres> for Timestamp {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = self.0.checked_sub(YEAR_2000).ok_or("a time before what the database can store")?;
        Encode::<Postgres>::encode(micros, buffer)
    }
}

impl Decode<'_, Postgres> for Timestamp {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => {
                let micros: [u8; 8] = value.as_bytes()?.try_into()?;
                let since_1970 = i64::from_be_bytes(micros).checked_add(YEAR_2000);
                Ok(Self(since_1970.ok_or("a time after what the host can count")?))
            }
            PgValueFormat::Text => Err("times are read in binary form only".into()),
        }
    }
}
