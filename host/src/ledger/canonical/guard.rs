//! JSON serializers write NaN as null and large integers as the nearest double, and say nothing. This one writes
//! nothing and says so.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::{CanonicalError, MAX_DEPTH};

/// Whole numbers up to this size are doubles exactly.
const EXACT: u64 = 1 << 53;

/// Refuses what canonical JSON cannot hold without loss.
pub(super) fn refuse_lossy(value: &impl Serialize) -> Result<(), CanonicalError> {
    value.serialize(Guard { depth: 0 })
}

#[derive(Clone, Copy)]
struct Guard {
    depth: usize,
}

impl Guard {
    fn deeper(self) -> Result<Self, CanonicalError> {
        if self.depth == MAX_DEPTH {
            Err(CanonicalError::TooDeep)
        } else {
            Ok(Self { depth: self.depth + 1 })
        }
    }
}

impl ser::Error for CanonicalError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::NotJson(message.to_string())
    }
}

macro_rules! accept {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Result<(), CanonicalError> { Ok(()) })*
    };
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), CanonicalError> {
            if value.unsigned_abs() > EXACT.into() {
                Err(CanonicalError::TooLarge(value.into()))
            } else {
                Ok(())
            }
        })*
    };
}

impl Serializer for Guard {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    accept!(
        serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32
    );
    integers!(serialize_i64: i64, serialize_i128: i128);

    fn serialize_u64(self, value: u64) -> Result<(), CanonicalError> {
        self.serialize_i128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), CanonicalError> {
        self.serialize_i128(value.try_into().unwrap_or(i128::MAX))
    }

    fn serialize_f32(self, value: f32) -> Result<(), CanonicalError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), CanonicalError> {
        if value.is_finite() { Ok(()) } else { Err(CanonicalError::NotFinite) }
    }

    fn serialize_none(self) -> Result<(), CanonicalError> {
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), CanonicalError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), CanonicalError> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        value.serialize(self.deeper()?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, CanonicalError> {
        self.deeper()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, CanonicalError> {
        self.deeper()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalError> {
        self.deeper()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalError> {
        self.deeper()?.deeper()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, CanonicalError> {
        self.deeper()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalError> {
        self.deeper()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalError> {
        self.deeper()?.deeper()
    }
}

macro_rules! items {
    ($($collection:ident::$method:ident),*) => {
        $(impl ser::$collection for Guard {
            type Ok = ();
            type Error = CanonicalError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), CanonicalError> {
                Ok(())
            }
        })*
    };
}

macro_rules! fields {
    ($($collection:ident),*) => {
        $(impl ser::$collection for Guard {
            type Ok = ();
            type Error = CanonicalError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Result<(), CanonicalError> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), CanonicalError> {
                Ok(())
            }
        })*
    };
}

items!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);
fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Guard {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), CanonicalError> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), CanonicalError> {
        Ok(())
    }
}
