//! The table of every address under `/staff`: who may take it, and what it is like.

use std::future::ready;

use analytics::export::sheet::SheetFormat;

use super::{StaffRoute, Verb};
use super::{
    accounts, actions, again, asking, audit, comments, contact, erase, handing_out, home, hours,
    import, indicators, links, lists, me, paper, petitions, points, publishing, queue_file,
    recordings, replies, reports, results, samples, second_factor, set_up, sign_in,
};
use crate::staff::Permission;

use Permission::{
    DecideComments, EnterIndicators, EraseOnRequest, HandlePetitions, Import, KeyPaper,
    ManageActions, ManagePoints, ManageStaff, NoteReports, OwnAccount, PublishResults, ReadActions,
    ReadAudit, ReadComments, ReadIndicators, ReadPaper, ReadPetitions, ReadPoints, ReadPublishing,
    ReadSamples, RunPaper, RunSamples, SeeResults,
};
use Verb::{Get, Post};

/// Every route of staff's.
pub static ROUTES: &[StaffRoute] = &[
    StaffRoute::open(Get, "/staff/sign-in", |v| Box::pin(ready(sign_in::show(&v)))),
    StaffRoute::open(Post, "/staff/sign-in", |v| Box::pin(sign_in::take(v))).once_under_way(),
    StaffRoute::half(Get, "/staff/second-factor", |s| Box::pin(ready(second_factor::show(&s)))),
    StaffRoute::half(Post, "/staff/second-factor", |s| Box::pin(second_factor::take(s))).once(),
    StaffRoute::open(Get, "/staff/set-up/{token}", |v| Box::pin(set_up::show(v))),
    StaffRoute::open(Post, "/staff/set-up/{token}", |v| Box::pin(set_up::take(v))).once(),
    StaffRoute::may(OwnAccount, Get, "/staff", |s| Box::pin(home::show(s))),
    StaffRoute::may(SeeResults, Get, "/staff/results", |s| Box::pin(results::show(s)))
        .listed("results-heading"),
    StaffRoute::may(SeeResults, Post, "/staff/results/export", |s| Box::pin(results::export(s))),
    StaffRoute::may(SeeResults, Get, "/staff/results/how/{level}/{figure}", |s| {
        Box::pin(results::how(s))
    }),
    StaffRoute::may(SeeResults, Get, "/staff/results/how/{level}/{figure}/groups", |s| {
        Box::pin(results::how_groups(s))
    }),
    StaffRoute::may(ReadPublishing, Get, "/staff/publishing", |s| Box::pin(publishing::list(s)))
        .listed("publishing-heading"),
    StaffRoute::may(ReadPublishing, Post, "/staff/publishing/export", |s| {
        Box::pin(lists::publishing(s))
    }),
    StaffRoute::may(
        ReadPublishing,
        Get,
        "/staff/publishing/{commune}/{instrument}/{period}",
        |s| Box::pin(publishing::show(s)),
    )
    .kept(),
    StaffRoute::may(
        PublishResults,
        Post,
        "/staff/publishing/{commune}/{instrument}/{period}",
        |s| Box::pin(publishing::publish(s)),
    )
    .grave()
    .kept()
    .once(),
    StaffRoute::may(
        PublishResults,
        Get,
        "/staff/publishing/{commune}/{instrument}/{period}/withdraw",
        |s| Box::pin(publishing::withdraw_form(s)),
    )
    .kept(),
    StaffRoute::may(
        PublishResults,
        Post,
        "/staff/publishing/{commune}/{instrument}/{period}/withdraw",
        |s| Box::pin(publishing::withdraw(s)),
    )
    .grave()
    .kept()
    .once(),
    StaffRoute::may(SeeResults, Get, "/staff/reports/{commune}", |s| Box::pin(reports::list(s))),
    StaffRoute::may(NoteReports, Get, "/staff/reports/{commune}/{report}", |s| {
        Box::pin(reports::show(s))
    })
    .kept(),
    StaffRoute::may(NoteReports, Post, "/staff/reports/{commune}/{report}", |s| {
        Box::pin(reports::note(s))
    })
    .kept()
    .once(),
    StaffRoute::may(NoteReports, Post, "/staff/reports/{commune}/{report}/undo", |s| {
        Box::pin(reports::take_back(s))
    })
    .once(),
    StaffRoute::may(ReadActions, Get, "/staff/actions", |s| Box::pin(actions::list(s)))
        .listed("actions-heading"),
    StaffRoute::may(ReadActions, Get, "/staff/actions/actions.csv", |s| {
        Box::pin(actions::file(s, SheetFormat::Csv))
    }),
    StaffRoute::may(ReadActions, Get, "/staff/actions/actions.xlsx", |s| {
        Box::pin(actions::file(s, SheetFormat::Xlsx))
    }),
    StaffRoute::may(ManageActions, Get, "/staff/actions/new", |s| Box::pin(actions::new::show(s)))
        .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/new", |s| Box::pin(actions::new::add(s)))
        .kept()
        .once(),
    StaffRoute::may(ReadActions, Get, "/staff/actions/plan", |s| Box::pin(actions::plan::show(s)))
        .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/plan", |s| {
        Box::pin(actions::plan::take(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ReadActions, Get, "/staff/actions/{action}", |s| Box::pin(actions::show(s))),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/edit", |s| {
        Box::pin(actions::change::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/edit", |s| {
        Box::pin(actions::change::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/note", |s| {
        Box::pin(actions::evidence::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/note", |s| {
        Box::pin(actions::evidence::add(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/status", |s| {
        Box::pin(actions::status::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/status", |s| {
        Box::pin(actions::status::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/public", |s| {
        Box::pin(actions::publication::show(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/public", |s| {
        Box::pin(actions::publication::save(s))
    })
    .grave()
    .kept()
    .once(),
    StaffRoute::may(ReadPoints, Get, "/staff/points", |s| Box::pin(points::list(s)))
        .listed("points-heading"),
    StaffRoute::may(ReadPoints, Post, "/staff/points/export", |s| Box::pin(lists::points(s))),
    StaffRoute::may(ManagePoints, Get, "/staff/points/new", |s| Box::pin(points::new(s))).kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/new", |s| Box::pin(points::add(s))).kept(),
    StaffRoute::may(ReadPoints, Get, "/staff/points/{point}", |s| Box::pin(points::show(s))),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/name", |s| Box::pin(points::name(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/name", |s| {
        Box::pin(points::rename(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/hours", |s| Box::pin(hours::show(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/hours", |s| Box::pin(hours::set(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/asking", |s| {
        Box::pin(asking::show(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/asking", |s| {
        Box::pin(asking::set(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/contact", |s| {
        Box::pin(contact::show(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/contact", |s| {
        Box::pin(contact::set(s))
    })
    .kept(),
    StaffRoute::may(ReadPoints, Get, "/staff/points/{point}/recordings", |s| {
        Box::pin(recordings::list(s))
    }),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/recordings/{item}/{language}", |s| {
        Box::pin(recordings::form(s))
    }),
    StaffRoute::may(
        ManagePoints,
        Post,
        "/staff/points/{point}/recordings/{item}/{language}",
        |s| Box::pin(recordings::add(s)),
    )
    .uploads(),
    StaffRoute::may(
        ManagePoints,
        Post,
        "/staff/points/{point}/recordings/{item}/{language}/remove",
        |s| Box::pin(recordings::remove(s)),
    ),
    StaffRoute::may(Import, Get, "/staff/points/{point}/devices/import", |s| {
        Box::pin(queue_file::show(s))
    }),
    StaffRoute::may(Import, Post, "/staff/points/{point}/devices/import", |s| {
        Box::pin(queue_file::take(s))
    })
    .uploads(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/retire", |s| {
        Box::pin(points::retire(s))
    }),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/reopen", |s| {
        Box::pin(points::reopen(s))
    }),
    StaffRoute::may(ReadPoints, Get, "/staff/tablet-guide", |_| {
        Box::pin(ready(handing_out::tablet_guide()))
    }),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/devices", |s| {
        Box::pin(handing_out::tablet(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/devices", |s| {
        Box::pin(handing_out::enrol(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/devices/{device}/revoke", |s| {
        Box::pin(handing_out::revoke(s))
    }),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/slips", |s| {
        Box::pin(handing_out::slips(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/slips", |s| {
        Box::pin(handing_out::make_slips(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/paper", |s| {
        Box::pin(handing_out::paper(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/paper", |s| {
        Box::pin(handing_out::make_paper(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/links", |s| Box::pin(links::list(s)))
        .listed("links-heading"),
    StaffRoute::may(ManagePoints, Post, "/staff/links/export", |s| Box::pin(lists::links(s))),
    StaffRoute::may(ManagePoints, Get, "/staff/links/new", |s| Box::pin(links::new(s))).kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/links/new", |s| Box::pin(links::make(s)))
        .kept()
        .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/links/remind", |s| Box::pin(links::remind::show(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/links/remind", |s| {
        Box::pin(links::remind::take(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/links/stop", |s| Box::pin(links::stop::show(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/links/stop", |s| Box::pin(links::stop::take(s)))
        .kept(),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts", |s| Box::pin(accounts::list(s)))
        .listed("accounts-heading"),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/export", |s| Box::pin(lists::accounts(s))),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts/new", |s| {
        Box::pin(ready(accounts::new(&s)))
    })
    .grave()
    .kept(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/new", |s| Box::pin(accounts::add(s)))
        .grave()
        .kept()
        .once(),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts/{account}", |s| Box::pin(accounts::show(s))),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/link", |s| {
        Box::pin(accounts::link(s))
    })
    .grave()
    .once(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/second-factor", |s| {
        Box::pin(accounts::second_factor(s))
    })
    .grave()
    .once(),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts/{account}/department", |s| {
        Box::pin(accounts::department_of(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/department", |s| {
        Box::pin(accounts::set_department(s))
    })
    .grave()
    .kept()
    .once(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/disable", |s| {
        Box::pin(accounts::disable(s))
    })
    .grave(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/enable", |s| {
        Box::pin(accounts::enable(s))
    })
    .grave(),
    StaffRoute::may(ReadSamples, Get, "/staff/samples", |s| Box::pin(samples::list(s)))
        .listed("samples-heading"),
    StaffRoute::may(ReadSamples, Post, "/staff/samples/export", |s| Box::pin(lists::samples(s))),
    StaffRoute::may(RunSamples, Get, "/staff/samples/new", |s| Box::pin(samples::new::show(s)))
        .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/new", |s| Box::pin(samples::new::add(s)))
        .kept(),
    StaffRoute::may(ReadSamples, Get, "/staff/samples/{sample}", |s| Box::pin(samples::show(s)))
        .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/assign", |s| {
        Box::pin(samples::assign(s))
    })
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/interviewers", |s| {
        Box::pin(samples::add_interviewer(s))
    }),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/code", |s| {
        Box::pin(samples::code(s))
    })
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/revoke", |s| {
        Box::pin(samples::taking_back::revoke(s))
    }),
    StaffRoute::may(RunSamples, Get, "/staff/samples/{sample}/set-aside", |s| {
        Box::pin(samples::taking_back::set_aside_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/set-aside", |s| {
        Box::pin(samples::taking_back::set_aside(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Get, "/staff/samples/{sample}/withdraw", |s| {
        Box::pin(samples::taking_back::withdraw_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/withdraw", |s| {
        Box::pin(samples::taking_back::withdraw(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ReadPaper, Get, "/staff/paper", |s| Box::pin(paper::list(s)))
        .listed("paper-heading"),
    StaffRoute::may(ReadPaper, Post, "/staff/paper/export", |s| Box::pin(lists::paper(s))),
    StaffRoute::may(RunPaper, Get, "/staff/paper/new", |s| Box::pin(paper::new(s))).kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/new", |s| Box::pin(paper::add(s))).kept(),
    StaffRoute::may(ReadPaper, Get, "/staff/paper/{batch}", |s| Box::pin(paper::show(s))).kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/count", |s| Box::pin(paper::count(s)))
        .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/range", |s| {
        Box::pin(paper::add_range(s))
    })
    .kept(),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/key", |s| Box::pin(paper::keying(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/key", |s| Box::pin(paper::key(s))).kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/key/undo", |s| {
        Box::pin(paper::take_back(s))
    }),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/missing", |s| Box::pin(paper::missing(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/missing", |s| {
        Box::pin(paper::explain(s))
    })
    .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/draw", |s| Box::pin(paper::draw(s))),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/rekey", |s| Box::pin(paper::rekeying(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/rekey", |s| Box::pin(paper::rekey(s)))
        .kept(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/decide", |s| Box::pin(paper::deciding(s)))
        .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/decide", |s| Box::pin(paper::decide(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/agree", |s| Box::pin(paper::agreeing(s))),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/agree", |s| Box::pin(paper::agree(s)))
        .grave(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/close", |s| Box::pin(paper::confirm(s))),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/close", |s| Box::pin(paper::close(s)))
        .grave(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/correct", |s| {
        Box::pin(paper::correcting(s))
    })
    .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/correct", |s| {
        Box::pin(paper::correct(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/give-up", |s| {
        Box::pin(paper::give_up(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions", |s| Box::pin(petitions::list::show(s)))
        .listed("petitions-staff"),
    StaffRoute::may(ReadPetitions, Post, "/staff/petitions/export", |s| {
        Box::pin(petitions::list::export(s))
    }),
    StaffRoute::may(HandlePetitions, Get, "/staff/petitions/new", |s| {
        Box::pin(ready(petitions::entering::show(&s)))
    })
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/new", |s| {
        Box::pin(petitions::entering::take(s))
    })
    .kept(),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions/figures", |s| {
        Box::pin(petitions::figures::list(s))
    }),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions/figures/{commune}", |s| {
        Box::pin(petitions::figures::show(s))
    }),
    StaffRoute::may(ReadPetitions, Post, "/staff/petitions/figures/{commune}/export", |s| {
        Box::pin(petitions::figures::export(s))
    }),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions/{petition}", |s| {
        Box::pin(petitions::show(s))
    }),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/{petition}/contact", |s| {
        Box::pin(petitions::contact(s))
    })
    .grave(),
    StaffRoute::may(HandlePetitions, Get, "/staff/petitions/{petition}/publish", |s| {
        Box::pin(petitions::publishing::show(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/{petition}/publish", |s| {
        Box::pin(petitions::publishing::take(s))
    })
    .grave()
    .kept()
    .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/petitions/{petition}/{act}", |s| {
        Box::pin(petitions::acting::show(s))
    })
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/{petition}/{act}", |s| {
        Box::pin(petitions::acting::take(s))
    })
    .kept()
    .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/replies", |s| Box::pin(replies::list(s))),
    StaffRoute::may(HandlePetitions, Get, "/staff/replies/new", |s| {
        Box::pin(ready(replies::new(&s)))
    })
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/replies/new", |s| Box::pin(replies::add(s)))
        .kept()
        .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/replies/{reply}", |s| Box::pin(replies::show(s)))
        .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/replies/{reply}", |s| {
        Box::pin(replies::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/replies/{reply}/remove", |s| {
        Box::pin(replies::confirm(s))
    }),
    StaffRoute::may(HandlePetitions, Post, "/staff/replies/{reply}/remove", |s| {
        Box::pin(replies::remove(s))
    })
    .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/apology", |s| {
        Box::pin(petitions::apology::show(s))
    })
    .kept()
    .listed("apology-heading"),
    StaffRoute::may(HandlePetitions, Post, "/staff/apology", |s| {
        Box::pin(petitions::apology::take(s))
    })
    .kept(),
    StaffRoute::may(ReadComments, Get, "/staff/comments", |s| Box::pin(comments::list(s)))
        .listed("comments-heading"),
    StaffRoute::may(ReadComments, Post, "/staff/comments/export", |s| {
        Box::pin(comments::export(s))
    }),
    StaffRoute::may(ReadComments, Get, "/staff/comments/{comment}", |s| {
        Box::pin(comments::show(s))
    }),
    StaffRoute::may(DecideComments, Get, "/staff/comments/{comment}/publish", |s| {
        Box::pin(comments::publishing(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/publish", |s| {
        Box::pin(comments::publish(s))
    })
    .grave()
    .kept()
    .once(),
    StaffRoute::may(DecideComments, Get, "/staff/comments/{comment}/hide", |s| {
        Box::pin(comments::hiding(s))
    })
    .kept(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/hide", |s| {
        Box::pin(comments::hide(s))
    })
    .kept()
    .once(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/set-aside", |s| {
        Box::pin(comments::set_aside(s))
    })
    .once(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/return", |s| {
        Box::pin(comments::return_to_queue(s))
    })
    .once(),
    StaffRoute::may(DecideComments, Get, "/staff/comments/{comment}/tags", |s| {
        Box::pin(comments::tagging(s))
    })
    .kept(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/tags", |s| {
        Box::pin(comments::tag(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ReadAudit, Get, "/staff/audit", |s| Box::pin(audit::show(s)))
        .listed("audit-heading"),
    StaffRoute::may(ReadAudit, Post, "/staff/audit/export", |s| Box::pin(audit::export(s))),
    StaffRoute::may(Import, Get, "/staff/import", |s| Box::pin(import::begin(s)))
        .kept()
        .listed("import-heading"),
    StaffRoute::may(Import, Post, "/staff/import", |s| Box::pin(import::take_file(s)))
        .kept()
        .uploads(),
    StaffRoute::may(Import, Get, "/staff/import/columns", |s| Box::pin(import::columns(s))).kept(),
    StaffRoute::may(Import, Post, "/staff/import/columns", |s| Box::pin(import::choose(s))).kept(),
    StaffRoute::may(Import, Get, "/staff/import/preview", |s| Box::pin(import::preview(s))),
    StaffRoute::may(Import, Post, "/staff/import/preview", |s| Box::pin(import::store(s))).once(),
    StaffRoute::may(Import, Post, "/staff/import/rejects", |s| Box::pin(import::rejects(s))),
    StaffRoute::may(Import, Get, "/staff/import/map", |s| Box::pin(import::map_file(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches", |s| Box::pin(import::list(s))),
    StaffRoute::may(Import, Post, "/staff/import/batches/export", |s| Box::pin(lists::imports(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches/{batch}", |s| Box::pin(import::show(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches/{batch}/undo", |s| {
        Box::pin(import::undo_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(Import, Post, "/staff/import/batches/{batch}/undo", |s| {
        Box::pin(import::undo(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators", |s| {
        Box::pin(ready(indicators::list(&s)))
    })
    .listed("indicators-heading"),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/file", |s| {
        Box::pin(ready(indicators::file::begin(&s)))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file", |s| {
        Box::pin(indicators::file::take(s))
    })
    .kept()
    .uploads(),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/file/preview", |s| {
        Box::pin(indicators::file::preview(s))
    }),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file/preview", |s| {
        Box::pin(indicators::file::store(s))
    }),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file/rejects", |s| {
        Box::pin(indicators::file::rejects(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}", |s| {
        Box::pin(indicators::show(s))
    }),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/template", |s| {
        Box::pin(indicators::template(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}/entries", |s| {
        Box::pin(indicators::entries(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}/{target}", |s| {
        Box::pin(indicators::one(s))
    }),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/{target}/enter", |s| {
        Box::pin(indicators::entering::form(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/{commune}/{target}/enter", |s| {
        Box::pin(indicators::entering::enter(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/{target}/withdraw", |s| {
        Box::pin(indicators::withdrawing::form(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/{commune}/{target}/withdraw", |s| {
        Box::pin(indicators::withdrawing::withdraw(s))
    })
    .kept(),
    StaffRoute::may(EraseOnRequest, Get, "/staff/erase", |s| Box::pin(ready(erase::show(&s))))
        .listed("staff-erase-heading")
        .grave()
        .kept(),
    StaffRoute::may(EraseOnRequest, Post, "/staff/erase", |s| Box::pin(erase::take(s)))
        .grave()
        .kept()
        .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/erase/{petition}", |s| {
        Box::pin(erase::petition::show(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/erase/{petition}", |s| {
        Box::pin(erase::petition::take(s))
    })
    .grave()
    .kept()
    .once(),
    StaffRoute::may(OwnAccount, Get, "/staff/me", |s| Box::pin(me::show(s))).listed("me-heading"),
    StaffRoute::may(OwnAccount, Get, "/staff/me/password", |s| Box::pin(ready(me::password(&s)))),
    StaffRoute::may(OwnAccount, Post, "/staff/me/password", |s| Box::pin(me::change_password(s))),
    StaffRoute::may(OwnAccount, Post, "/staff/me/recovery-codes", |s| {
        Box::pin(me::recovery_codes(s))
    })
    .grave()
    .once(),
    StaffRoute::may(OwnAccount, Post, "/staff/me/sessions", |s| Box::pin(me::end_sessions(s)))
        .grave(),
    StaffRoute::may(OwnAccount, Get, "/staff/again", |s| Box::pin(ready(again::show(&s)))),
    StaffRoute::may(OwnAccount, Post, "/staff/again", |s| Box::pin(again::take(s))),
    StaffRoute::may(OwnAccount, Post, "/staff/sign-out", |s| Box::pin(sign_in::sign_out(s))),
];
