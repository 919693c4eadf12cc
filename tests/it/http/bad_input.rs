//! Whatever is sent: a clear problem document that says what to do, nothing
//! half-stored, never a 500.

use reqwest::Method;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::support::app::{Answer, App};
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{good, good_but, new_id};

on_both_databases![
    what_does_not_fit_the_instrument_is_refused_with_its_place,
    every_fault_is_told_at_once,
    what_is_no_submission_at_all_is_refused,
    text_in_another_normal_form_is_stored_composed,
];

fn answers(answers: Value) -> Value {
    good_but("answers", answers)
}

/// What is wrong, the submission, and the code and pointer of its fault.
type Case = (&'static str, Value, &'static str, &'static str);

fn wrong_answers() -> Vec<Case> {
    vec![
        ("an unknown item", answers(json!({"Z9": 5})), "unknown-item", "/answers/Z9"),
        ("an item with a slash", answers(json!({"a/b~c": 5})), "unknown-item", "/answers/a~1b~0c"),
        ("a value off the scale", answers(json!({"A1": 6})), "off-scale", "/answers/A1"),
        ("a value below every scale", answers(json!({"A1": -1})), "off-scale", "/answers/A1"),
        ("one wrong among several", answers(json!({"N1": [1, 99]})), "off-scale", "/answers/N1"),
        (
            "no opinion and another",
            answers(json!({"N1": [9, 1]})),
            "no-opinion-and-more",
            "/answers/N1",
        ),
        ("a comment among the answers", answers(json!({"G1": 1})), "unknown-item", "/answers/G1"),
    ]
}

fn wrong_surroundings() -> Vec<Case> {
    vec![
        ("a wrong version", good_but("version", json!(99)), "unknown-instrument", "/instrument"),
        ("an unknown channel", good_but("channel", json!("fax")), "unknown-channel", "/channel"),
        ("no date", good_but("answered_at", json!("")), "unreadable-date", "/answered_at"),
        ("a long comment", good_but("comment", json!("ă".repeat(2_001))), "too-long", "/comment"),
        (
            "a field of two lines",
            good_but("service_field", json!("đất\nđai")),
            "control-character",
            "/service_field",
        ),
        ("another id inside", good_but("response_id", json!(new_id())), "two-ids", "/response_id"),
    ]
}

async fn what_does_not_fit_the_instrument_is_refused_with_its_place(database: Database) {
    let app = App::spawn(database);
    for (what, submission, code, pointer) in wrong_answers().into_iter().chain(wrong_surroundings())
    {
        let answer = app.put(&new_id(), &submission).await;
        let faults = answer.problem(422, "submission-rejected");
        assert!(faults.contains(&(code.into(), pointer.into())), "{what}: {answer:?}");
    }
    for id in [
        "1",
        "not-a-uuid",
        "00000000-0000-0000-0000-00000000000g",
        "00000000-0000-0000-0000-000000000000",
        "%00",
        "%ff",
        "x%2Fy",
    ] {
        let answer = app.put(id, &good()).await;
        assert!(matches!(answer.status, 400 | 404 | 422), "{id}: {answer:?}");
    }
    assert_eq!(app.database().count("responses").await, 0);
}

async fn every_fault_is_told_at_once(database: Database) {
    let app = App::spawn(database);
    let mut submission = answers(json!({"A1": 77, "A2": [1], "Z9": 1}));
    submission["channel"] = json!("fax");
    submission["answered_at"] = json!("hôm qua");
    submission["comment"] = json!("\0");
    submission["collection_point"] = json!("nowhere");
    let answer = app.put(&new_id(), &submission).await;
    let mut pointers: Vec<String> = answer
        .problem(422, "submission-rejected")
        .into_iter()
        .map(|(_, pointer)| pointer)
        .collect();
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/answered_at",
            "/answers/A1",
            "/answers/A2",
            "/answers/Z9",
            "/channel",
            "/collection_point",
            "/comment"
        ]
    );
    for fault in answer.body["errors"].as_array().unwrap() {
        assert!(fault["detail"].as_str().is_some_and(|d| d.len() > 15), "says what to do: {fault}");
    }
}

async fn what_is_no_submission_at_all_is_refused(database: Database) {
    let app = App::spawn(database);
    let whole = good().to_string();
    let twice = |key: &str, value: &str| whole.replacen('{', &format!("{{\"{key}\":{value},"), 1);
    let without = |key: &str| {
        let mut submission = good();
        submission.as_object_mut().unwrap().remove(key);
        submission.to_string()
    };
    let broken: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("half of it", whole.as_bytes()[..whole.len() / 2].to_vec()),
        ("a list", b"[]".to_vec()),
        (
            "a list of the values",
            br#" [null,"quick-counter",1,"22651","qr","2026-09-20",{"A1":5},null,null]"#.to_vec(),
        ),
        ("a word", b"null".to_vec()),
        ("no JSON", b"instrument=quick-counter".to_vec()),
        ("two documents", format!("{whole}{whole}").into_bytes()),
        ("bytes that are no text", b"{\"instrument\":\"\xff\xfe\"}".to_vec()),
        ("half a surrogate pair", whole.replace("Nhanh", "\\ud800").into_bytes()),
        ("UTF-16", whole.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a key twice", twice("version", "1").into_bytes()),
        ("an answer twice", whole.replacen("\"A1\"", "\"A1\":1,\"A1\"", 1).into_bytes()),
        ("an unknown key", twice("name", "\"Nguyễn\"").into_bytes()),
        ("no answers", without("answers").into_bytes()),
        ("no point", without("collection_point").into_bytes()),
        ("a text for an answer", answers(json!({"A1": "5"})).to_string().into_bytes()),
        ("a fraction", answers(json!({"A1": 4.5})).to_string().into_bytes()),
        ("a negative version", good_but("version", json!(-1)).to_string().into_bytes()),
        ("a deep nest", format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes()),
        (
            "a deep answer",
            whole.replacen("\"A1\":5", &format!("\"A1\":{}", "[".repeat(2_000)), 1).into_bytes(),
        ),
    ];
    for (what, body) in broken {
        let answer = app.put_body(&new_id(), body).await;
        assert_eq!(answer.status, 400, "{what}: {answer:?}");
        answer.problem(400, "malformed-body");
    }
    let many: Value =
        (0..500).map(|n| (format!("X{n}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
    app.put(&new_id(), &answers(many)).await.problem(400, "malformed-body");
    let seventeen_kilobytes = good_but("comment", json!("x".repeat(17 * 1024)));
    app.put(&new_id(), &seventeen_kilobytes).await.problem(413, "body-too-large");
    let twenty_megabytes = vec![b'x'; 20 * 1024 * 1024];
    app.put_body(&new_id(), twenty_megabytes).await.problem(413, "body-too-large");
    assert_eq!(app.database().count("responses").await, 0);
    assert_eq!(app.put(&new_id(), &good()).await.status, 201, "the service is as well as before");
}

async fn text_in_another_normal_form_is_stored_composed(database: Database) {
    let app = App::spawn(database);
    let said = "Cán bộ hướng dẫn rất tử tế, Diên Khánh ₫ ẨẪỄỖẶỰ";
    let taken_apart: String = said.nfd().collect();
    assert_ne!(said, taken_apart);
    let id = new_id();
    let created = app.put(&id, &good_but("comment", json!(taken_apart))).await;
    assert_eq!(created.status, 201, "{created:?}");
    let again = app.put(&id, &good_but("comment", json!(said))).await;
    assert_eq!((again.status, again.receipt()), (200, created.receipt()), "it is the same text");
    let turned = format!("\u{202e}\u{200b}{said}\u{feff} \u{2069}");
    let again = app.put(&id, &good_but("comment", json!(turned))).await;
    assert_eq!((again.status, again.receipt()), (200, created.receipt()), "as far as it is seen");
    let backdoor = app.database().backdoor().await;
    let documents = backdoor.texts("select document from responses").await;
    backdoor.close().await;
    assert!(documents[0].contains(said), "{documents:?}");
    assert!(documents[0].nfc().eq(documents[0].chars()));
}

#[tokio::test]
async fn one_id_may_be_written_in_two_ways() {
    let app = App::spawn(Database::sqlite());
    let id = new_id();
    let same = good_but("response_id", json!(id.to_uppercase()));
    assert_eq!(app.put(&id, &same).await.status, 201);
}

#[tokio::test]
async fn a_byte_order_mark_is_no_mistake_and_a_compressed_body_is_told_as_such() {
    let app = App::spawn(Database::sqlite());
    let marked = format!("\u{feff}{}", good());
    assert_eq!(app.put_body(&new_id(), marked).await.status, 201);
    for path in [format!("/api/v1/responses/{}", new_id()), "/api/v1/responses:batch".to_owned()] {
        let method = if path.ends_with("batch") { Method::POST } else { Method::PUT };
        let request = app.request(method, &path).header("content-encoding", "gzip");
        let answer = Answer::of(request.body(&b"\x1f\x8b\x08"[..]).send().await.unwrap()).await;
        answer.problem(415, "unsupported-media-type");
    }
    assert_eq!(app.database().count("responses").await, 1);
}

#[tokio::test]
async fn an_unknown_address_of_the_api_is_a_problem_document_and_a_wrong_verb_no_500() {
    let app = App::spawn(Database::sqlite());
    let answer = |path: &'static str| app.get(path);
    Answer::of(answer("/api/v1/nothing").await).await.problem(404, "not-found");
    for path in ["/api/v1/responses:batch", "/api/v1/responses/x", "/api", "//", "/%00", "/%c3%28"]
    {
        let status = answer(path).await.status().as_u16();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}
