"""Tables of the domain, one module per area."""

from lms.models.accounts import (
    Department,
    LdapTempSession,
    Profile,
    SessionKind,
    User,
    UserSession,
    UserStats,
)
from lms.models.attempts import AttemptCounter
from lms.models.bin import BinEntry, BinnableModel
from lms.models.certificates import Certificate, CertificateCounter
from lms.models.courses import (
    Comment,
    Course,
    CourseProgram,
    LearningOutcome,
    Lesson,
    LessonMaterial,
    ProgramRequirement,
    TargetAudience,
    Topic,
    TopicFile,
    VideoTranscodeJob,
)
from lms.models.history import ChangeKind, ContentChange
from lms.models.notices import MAIL_KINDS, Mail, MailStatus, Notice
from lms.models.progress import (
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    MaterialProgress,
    TopicProgress,
)
from lms.models.questions import FinalTest, LessonTest, Option, Question, TestKind, TestResult
from lms.models.roles import Role
from lms.models.site import HeroSliderImage, SiteSettings
from lms.models.stations import (
    GasSource,
    NormativeDocument,
    PromoVideo,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)

__all__ = [
    "MAIL_KINDS",
    "AttemptCounter",
    "BinEntry",
    "BinnableModel",
    "Certificate",
    "CertificateCounter",
    "ChangeKind",
    "Comment",
    "CompletedMaterial",
    "ContentChange",
    "Course",
    "CourseEnrollment",
    "CourseProgram",
    "Department",
    "Enrollment",
    "EnrollmentStatus",
    "FinalTest",
    "GasSource",
    "HeroSliderImage",
    "LdapTempSession",
    "LearningOutcome",
    "Lesson",
    "LessonMaterial",
    "LessonTest",
    "Mail",
    "MailStatus",
    "MaterialProgress",
    "NormativeDocument",
    "Notice",
    "Option",
    "Profile",
    "ProgramRequirement",
    "PromoVideo",
    "Question",
    "Role",
    "SafetyFeature",
    "SafetySystem",
    "SessionKind",
    "SiteSettings",
    "Station",
    "StationEquipment",
    "StationPhoto",
    "StationSpecification",
    "TargetAudience",
    "TestKind",
    "TestResult",
    "Topic",
    "TopicFile",
    "TopicProgress",
    "User",
    "UserSession",
    "UserStats",
    "VideoTranscodeJob",
]
