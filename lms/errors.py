"""Errors of the domain, each with a stable code and a text for people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.common.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooManyRequests,
)


class WrongCredentials(NotSignedIn):
    """The name is unknown, the password is wrong, or the account is switched off."""

    code = "wrong_credentials"
    message = _("Wrong username or password.")


class SessionEnded(NotSignedIn):
    """The refresh token is malformed, expired, or its session was ended."""

    code = "session_ended"
    message = _("The session has expired. Sign in again.")


class SessionNotFound(NotFound):
    """The person has no open session with this id."""

    code = "session_not_found"
    message = _("There is no such session, or it has ended already.")


class TooManyComments(TooManyRequests):
    """A person has written more comments today than people do."""

    code = "too_many_comments"
    message = _("You have written very many comments. Wait a little and try again.")


class BelongsToHr(Invalid):
    """A name, position, station or e-mail address that only HR and administrators change."""

    code = "belongs_to_hr"
    message = _("Your name, position, station and e-mail are changed by HR or the administrator.")


class WrongPassword(Invalid):
    """The present password was not given right."""

    code = "wrong_password"
    message = _("This is not your present password.")


class WeakPassword(Invalid):
    """The new password breaks a rule, which the message names."""

    code = "weak_password"
    message = _("Choose another password.")


class TooManyLogins(TooManyRequests):
    """Too many failed sign-ins for this account or from this address."""

    code = "too_many_logins"
    message = _("Too many failed sign-ins. Wait a little and try again.")


class SignInsBusy(TooManyRequests):
    """More people sign in at this moment than the server checks at once."""

    status = 503
    code = "sign_ins_busy"
    message = _("Many people are signing in just now. Try again in a few seconds.")


class LinkExpired(NotFound):
    """A link to set a password was used, is too old, or was never one."""

    code = "link_expired"
    message = _("This link does not work any more. Ask for a new one.")


class TooManyFromNetwork(TooManyRequests):
    """Too many requests for links, or unknown certificate numbers, from one network address."""

    code = "too_many_from_network"
    message = _("Too many requests from this network. Wait a little and try again.")


class MailNotSetUp(Conflict):
    """The operator has named no mail server."""

    code = "mail_not_set_up"
    message = _("This portal sends no mail. Ask its administrator for a new password.")


class NoMailAddress(Conflict):
    """None of the chosen people can get a mail."""

    code = "no_mail_address"
    message = _("None of these people has an e-mail address and an active account.")


class InUse(Conflict):
    """Progress or results of people hang on what is to be deleted for good."""

    code = "in_use"
    message = _("People have progress or results in it.")


class NotInBin(Conflict):
    """A deletion was undone, or its object deleted for good, meanwhile."""

    code = "not_in_bin"
    message = _("This is not in the bin any more.")


class ParentInBin(Conflict):
    """What an object hangs under is in the bin itself."""

    code = "parent_in_bin"
    message = _("Its parent is in the bin. Restore the parent first.")


class ChangedMeanwhile(Conflict):
    """Somebody else was faster; `stored` is the state now, as the answer shows it."""

    def __init__(self, stored: Any) -> None:
        super().__init__()
        self.stored = stored


class NodeChanged(ChangedMeanwhile):
    """Somebody else has saved a part of the program since it was read; `stored` is it now."""

    code = "stale"
    message = _("Somebody else has changed this in the meantime.")


class NodeGone(Conflict):
    """A part of the program is not, or no longer, where the request says."""

    code = "gone"
    message = _("This part of the program has been moved or deleted in the meantime.")


class ChangeNotRestorable(Conflict):
    """The earlier state of an object cannot be put back."""

    code = "change_not_restorable"
    message = _("This state cannot be restored any more.")


class StationNotFound(NotFound):
    """No station has this number."""

    code = "station_not_found"
    message = _("The station was not found.")


class LastAdministrator(Conflict):
    """The portal would be left without an administrator."""

    code = "last_administrator"
    message = _("This is the last active administrator: appoint another one first.")


class ProgramNotFound(NotFound):
    """No active program has this number."""

    code = "program_not_found"
    message = _("The program was not found.")


class CourseNotFound(NotFound):
    """No course has this key."""

    code = "course_not_found"
    message = _("The course was not found.")


class LessonNotFound(NotFound):
    """The program has no such lesson."""

    code = "lesson_not_found"
    message = _("The lesson was not found.")


class TopicNotFound(NotFound):
    """The station has no such topic."""

    code = "topic_not_found"
    message = _("The topic was not found.")


class DepartmentNotFound(NotFound):
    """No department has this number."""

    code = "department_not_found"
    message = _("The department was not found.")


class TestNotFound(NotFound):
    """No active test has this kind and number."""

    code = "test_not_found"
    message = _("The test was not found.")


class CertificateNotFound(NotFound):
    """No certificate has this number, or it is not for the caller."""

    code = "certificate_not_found"
    message = _("The certificate was not found.")


class CertificateRevoked(Conflict):
    """The certificate is revoked already."""

    code = "certificate_revoked"
    message = _("This certificate is revoked already.")


class CertificateStillValid(Conflict):
    """The person has a valid certificate of the same program."""

    code = "certificate_still_valid"
    message = _("This person already has a valid certificate of this program.")


class EnrollmentNotFound(NotFound):
    """The learner has not enrolled; the client matches these English words, so they stay."""

    code = "enrollment_not_found"
    message = "Enrollment not found"


class AttemptLimitReached(Invalid):
    """Every attempt at this test is used; the contract answers 400."""

    code = "attempt_limit_reached"
    message = _("All attempts are used.")


class EmailTaken(Conflict):
    """Another person has this e-mail address."""

    code = "email_taken"
    message = _("Another user already has this e-mail address.")


class TestNotStarted(Invalid):
    """Answers without a start of the test before them; no attempt is used."""

    code = "test_not_started"
    message = _("Start the test again: this attempt has no start. No attempt was used.")


class ReloadPage(Invalid):
    """The page shows a test that does not count: it is old, or was loaded before enrolling."""

    code = "reload_page"
    message = _("Reload the page and take the test again. No attempt was used.")


class AnsweredTooFast(Invalid):
    """Nobody can read the questions in so short a time; the attempt is used and does not count."""

    code = "answered_too_fast"
    message = _("The answers came too fast. The attempt does not count.")


class LessonsOutOfOrder(Invalid):
    """The program wants its lessons in order, and an earlier one is not completed."""

    code = "lessons_out_of_order"
    message = _("Complete the earlier lessons first.")


class InvalidAnswers(Invalid):
    """The answers of a test are missing or malformed."""

    code = "invalid_answers"
    message = _("The answers of the test are missing or malformed.")


class TestWithoutQuestions(Invalid):
    """Somebody finished a test that has no questions; the contract answers bad results with 400."""

    code = "test_without_questions"
    message = _("This test has no questions yet, so it cannot be taken.")


class UnreadableTable(Invalid):
    """A file, or the preview of one, cannot be read as a table."""

    code = "unreadable_table"
    message = _("The file cannot be read. Save it as XLSX or CSV and upload it again.")


class UnreadableQuestions(Invalid):
    """A file of questions, or the preview of one, cannot be read as a table."""

    code = "unreadable_questions"
    message = _("The file cannot be read. Save it as XLSX or CSV and upload it again.")


class QuestionNotFound(NotFound):
    """The test has no question with this number."""

    code = "question_not_found"
    message = _("This question is no longer in the test.")


class QuestionChanged(ChangedMeanwhile):
    """Somebody else has saved the question since it was read; `stored` is its state now."""

    code = "question_changed"
    message = _("Somebody else has changed this question.")


class QuestionOrderChanged(ChangedMeanwhile):
    """The test has got or lost questions since they were read; `stored` is their order now."""

    code = "question_order_changed"
    message = _("Somebody else has added or deleted questions. Reload the page.")


class UndoExpired(Conflict):
    """What was deleted cannot be brought back by this request any more."""

    code = "undo_expired"
    message = _("This cannot be undone any more.")


class EmptyComment(Invalid):
    """A comment without text."""

    code = "empty_comment"
    message = _("The comment is empty.")


class EmptyName(Invalid):
    """A person without a name."""

    code = "empty_name"
    message = _("The full name cannot be empty.")


class StationNotFoundHere(Invalid):
    """A form names a station that does not exist; the contract answers 400."""

    code = "station_not_found"
    message = _("The station was not found.")


class NoImage(Invalid):
    """The upload does not even call itself a picture."""

    code = "no_image"
    message = _("Only pictures can be uploaded.")


class UnreadableImage(NoImage):
    """The upload is not a picture that can be read."""

    message = _("Only JPEG, PNG and WebP pictures can be uploaded.")


class PictureTooLarge(NoImage):
    """The picture has too many pixels to be decoded."""

    code = "picture_too_large"
    message = _("The picture has more than 16 megapixels. Make it smaller and try again.")


class AvatarTooLarge(TooLarge):
    """The picture is larger than 5 MB."""

    code = "avatar_too_large"
    message = _("The picture is larger than 5 MB.")


class UploadPlaceForbidden(Forbidden):
    """Uploads may go below a few folders only."""

    code = "upload_place_forbidden"
    message = _("Files cannot be uploaded to this place.")
