//! Bad rows are counted, listed and left out.

use proptest::prelude::*;

use super::*;
use crate::ingest::write_rejects;

const MARKET: &str = "timestamp,symbol,close,volume,bid,ask\n\
    2024-01-01T09:15:00Z,A,100,5,99,101\n\
    2024-01-01T09:16:00Z,A,0,5,99,101\n\
    2024-01-01T09:16:00Z,A,-3,5,99,101\n\
    2024-01-01T09:16:00Z,A,,5,99,101\n\
    2024-01-01T09:16:00Z,A,1e400,5,99,101\n\
    2024-01-01T09:16:00Z,A,NaN,5,99,101\n\
    2024-01-01T09:16:00Z,A,101,-5,99,101\n\
    later,A,101,5,99,101\n\
    2024-01-01T09:16:00Z,,101,5,99,101\n\
    2024-01-01T09:16:00Z,A,101,5,99\n\
    2024-01-01T09:16:00Z,\"A,101,5,99,101\n\
    2024-01-01T09:17:00Z,A,102,,,\n\
    2024-01-01T09:17:00Z,A,102,5,99,101\n\
    2024-01-01T09:16:00Z,A,102,5,99,101\n\
    2024-01-01T09:16:00Z,B,50,5,99,101\n";

#[test]
fn a_bad_row_is_left_out_and_the_rest_is_read() {
    let input = market(MARKET).unwrap();
    assert_eq!(closes(&input), [100.0, 50.0, 102.0]);
    let time = "RFC 3339 with an offset, or an integer of microseconds since 1970 UTC";
    assert_eq!(
        rejects(&input),
        [
            (3, "close 0 is not a positive number".to_owned()),
            (4, "close -3 is not a positive number".to_owned()),
            (5, "close is empty".to_owned()),
            (6, "close `1e400` is not a finite number".to_owned()),
            (7, "close `NaN` is not a finite number".to_owned()),
            (8, "volume -5 is negative".to_owned()),
            (9, format!("timestamp `later` is not {time}")),
            (10, "symbol is empty".to_owned()),
            (11, "5 cells where the header has 6".to_owned()),
            (12, "a quote is opened and not closed".to_owned()),
            (14, "duplicate of an earlier row (same timestamp and symbol)".to_owned()),
            (15, "time goes backwards: the row before is of 2024-01-01T09:17:00Z".to_owned()),
        ]
    );
    assert_eq!((input.intake.files[0].rows, input.intake.files[0].rejected), (15, 12));
}

#[test]
fn rejects_are_written_with_file_line_and_reason() {
    let input = market("timestamp,symbol,close\nx,\"A,B\",1\n").unwrap();
    let mut out = Vec::new();
    write_rejects(&mut out, &input.intake.files, &input.intake.rejects).unwrap();
    let expected = format!(
        "file,line,reason\n{},2,\"timestamp `x` is not RFC 3339 with an offset, or an integer of microseconds since 1970 UTC\"\n",
        input.intake.files[0].path
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn strict_stops_at_the_first_bad_row() {
    let folder = Folder::new();
    let path = folder.file("market.csv", MARKET);
    let error = try_read(&Sources { market: vec![path], strict: true, ..Sources::default() }).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("market.csv, line 3: close 0 is not a positive number"), "{text}");
}

#[test]
fn a_crossed_quote_is_blanked_and_counted() {
    let input = market(
        "timestamp,symbol,close,bid,ask\n0,A,100,101,99\n60000000,A,100,100,100\n120000000,A,100,101,\n",
    )
    .unwrap();
    assert_eq!(input.intake.crossed_quotes, 1);
    assert!(input.bars[0].bid.is_nan() && input.bars[0].ask.is_nan());
    assert_eq!((input.bars[1].bid, input.bars[2].bid), (100.0, 101.0));
    assert_eq!(input.intake.rejects, []);
}

#[test]
fn signals_repeat_by_algorithm_and_user() {
    let folder = Folder::new();
    let content = "timestamp,symbol,algorithm,signal,confidence,user_id\n\
        0,A,macd,BUY,0.5,\n\
        0,A,macd,SELL,0.5,\n\
        0,A,macd,SELL,0.5,u1\n\
        0,A,adx-trend,hold,,\n\
        0,B,macd,SELL,1.5,\n\
        0,B,magic,SELL,0.5,\n\
        0,B,macd,WAIT,0.5,\n";
    let sources = Sources { signals: vec![folder.file("signals.csv", content)], ..Sources::default() };
    let input = try_read(&sources).unwrap();
    assert_eq!(input.signals.iter().map(|signal| signal.confidence).collect::<Vec<_>>(), [0.5, 0.5, 1.0]);
    assert_eq!(
        rejects(&input),
        [
            (3, "duplicate of an earlier row (same timestamp, symbol, algorithm and user)".to_owned()),
            (6, "confidence 1.5 is not between 0 and 1".to_owned()),
            (7, "algorithm `magic` is not one of the 13 algorithms".to_owned()),
            (8, "signal `WAIT` is not BUY, SELL or HOLD".to_owned()),
        ]
    );
}

#[test]
fn equal_fills_are_normal_and_only_a_fill_id_repeats() {
    let folder = Folder::new();
    let content = "timestamp,user_id,symbol,side,quantity,price,fill_id\n\
        0,u,A,BUY,1,10,\n\
        0,u,A,BUY,1,10,\n\
        0,u,A,BUY,1,10,f1\n\
        0,u,A,BUY,1,10,f1\n\
        0,u,A,BUY,0,10,f2\n\
        0,u,A,LONG,1,10,f2\n\
        0,u,A,SELL,1,10,f2\n";
    let sources = Sources { trades: vec![folder.file("trades.csv", content)], ..Sources::default() };
    let input = try_read(&sources).unwrap();
    assert_eq!(input.fills.len(), 4);
    assert_eq!(
        rejects(&input),
        [
            (5, "duplicate of an earlier row (same fill_id)".to_owned()),
            (6, "quantity 0 is not a positive number".to_owned()),
            (7, "side `LONG` is not BUY or SELL".to_owned()),
        ]
    );
}

#[test]
fn labels_must_make_sense() {
    let folder = Folder::new();
    let content = "start,end,family,subject,kind\n\
        2,1,market,A,PRICE_SPIKE\n1,2,weather,A,RAIN\n1,1,market,A,PRICE_SPIKE\n";
    let sources = Sources { labels: vec![folder.file("labels.csv", content)], ..Sources::default() };
    let input = try_read(&sources).unwrap();
    assert_eq!(input.labels.len(), 1);
    assert_eq!(
        rejects(&input),
        [
            (2, "end is before start".to_owned()),
            (3, "family `weather` is not market, conflict or behavior".to_owned())
        ]
    );
}

#[test]
fn files_are_merged_and_a_bar_that_another_file_has_is_a_duplicate() {
    let folder = Folder::new();
    let later = folder.file("later.csv", "timestamp,symbol,close\n60000000,A,2\n120000000,A,3\n");
    let earlier = folder.file("earlier.csv", "close,timestamp,symbol\n1,0,A\n9,60000000,A\n5,60000000,B\n");
    let sources = Sources { market: vec![later, earlier], ..Sources::default() };
    let input = try_read(&sources).unwrap();
    assert_eq!(closes(&input), [1.0, 2.0, 5.0, 3.0]);
    assert_eq!(input.intake.rejects.len(), 1);
    assert_eq!((input.intake.rejects[0].file, input.intake.rejects[0].line), (1, 3));
    assert_eq!(input.intake.files.iter().map(|file| file.rejected).collect::<Vec<_>>(), [0, 1]);
    let error = try_read(&Sources { strict: true, ..sources }).unwrap_err().to_string();
    assert!(error.contains("earlier.csv, line 3: duplicate"), "{error}");
}

proptest! {
    #[test]
    fn every_row_is_taken_or_recorded(
        rows in prop::collection::vec("(0|6[0-9]{7}|x|)(,|\",|,\"\"),?(A|B|\"C\"|),(1|-1|0|1e9|\\.|)(,2)?[\r]?", 0..40)
    ) {
        let input = market(format!("timestamp,symbol,close\n{}\n", rows.join("\n"))).unwrap();
        let file = &input.intake.files[0];
        prop_assert_eq!(file.rows, input.bars.len() as u64 + file.rejected);
        prop_assert_eq!(file.rejected, input.intake.rejects.len() as u64);
        prop_assert!(input.bars.is_sorted_by_key(|bar| bar.known_at));
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = Folder::new();
        let mut content = b"timestamp,symbol,close\n".to_vec();
        content.extend(bytes);
        let sources = Sources { market: vec![folder.file("market.csv", content)], ..Sources::default() };
        prop_assert!(try_read(&sources).is_ok());
    }
}
