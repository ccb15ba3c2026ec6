"""Serializers of courses and training programs.

Courses and programs in lists are rows as they are; `lms.selectors.courses.program_json` composes a
whole program.
"""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import RowSerializer
from lms.models import Course, CourseProgram


class CourseSerializer(RowSerializer):
    """A course of the catalogue."""

    is_active = serializers.BooleanField()

    class Meta:
        model = Course
        fields = Course.API_FIELDS


class CourseDetailSerializer(CourseSerializer):
    """A course with the times of its creation and last change."""

    class Meta:
        model = Course
        fields = Course.API_DETAIL_FIELDS


class ProgramListItemSerializer(RowSerializer):
    """A training program without its lessons."""

    is_active = serializers.BooleanField()

    class Meta:
        model = CourseProgram
        fields = CourseProgram.API_FIELDS


class TopicFileSerializer(serializers.Serializer):
    """A file of a topic; size in bytes."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    originalName = serializers.CharField()
    objectKey = serializers.CharField()
    fileType = serializers.ChoiceField(["pdf", "video", "document"])
    isMain = serializers.BooleanField()
    orderIndex = serializers.IntegerField()
    fileSize = serializers.IntegerField(allow_null=True)
    mimeType = serializers.CharField(allow_null=True)


class TopicSerializer(serializers.Serializer):
    """A topic."""

    id = serializers.IntegerField()
    topicKey = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    files = TopicFileSerializer(many=True)


class LessonTestSerializer(serializers.Serializer):
    """The test of a lesson: score in percent, time in minutes, null attempts for no limit."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    questionsCount = serializers.IntegerField()
    passingScore = serializers.IntegerField()
    timeLimit = serializers.IntegerField()
    attempts = serializers.IntegerField(allow_null=True)


class FinalTestSerializer(LessonTestSerializer):
    """The final test of a program; pages of the client read different spellings."""

    description = serializers.CharField(allow_null=True)
    questions_count = serializers.IntegerField()
    passing_score = serializers.IntegerField()
    time_limit = serializers.IntegerField()


class LessonSerializer(serializers.Serializer):
    """A lesson."""

    id = serializers.IntegerField()
    lessonKey = serializers.CharField()
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    test = LessonTestSerializer(allow_null=True)
    topics = TopicSerializer(many=True)


class ProgramSerializer(serializers.Serializer):
    """A training program with its lessons, topics, files and tests."""

    id = serializers.IntegerField()
    stationId = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    duration = serializers.CharField(allow_null=True)
    format = serializers.CharField(allow_null=True)
    isActive = serializers.BooleanField()
    orderIndex = serializers.IntegerField()
    topicsCount = serializers.IntegerField()
    lessonsCount = serializers.IntegerField()
    testsCount = serializers.IntegerField()
    learningOutcomes = serializers.ListField(child=serializers.CharField())
    requirements = serializers.ListField(child=serializers.CharField())
    targetAudience = serializers.ListField(child=serializers.CharField())
    finalTest = FinalTestSerializer(allow_null=True)
    lessons = LessonSerializer(many=True)


class ActiveTopicFileSerializer(TopicFileSerializer):
    """A file of a topic, and whether it is active."""

    isActive = serializers.BooleanField()


class CourseResponse(serializers.Serializer):
    """A course with the programs of its station."""

    course = CourseDetailSerializer()
    programs = ProgramListItemSerializer(many=True)


class CourseProgramResponse(serializers.Serializer):
    """The active program of a station; null without one."""

    courseProgram = ProgramSerializer(allow_null=True)


CourseList = inline_serializer("CourseList", {"data": CourseSerializer(many=True)})
ProgramList = inline_serializer("ProgramList", {"data": ProgramListItemSerializer(many=True)})
TopicFilesResponse = inline_serializer(
    "TopicFilesResponse", {"data": ActiveTopicFileSerializer(many=True)}
)
