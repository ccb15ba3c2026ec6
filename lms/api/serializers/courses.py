"""Shapes of programs, as the API describes them; the values come from selectors.program_shape."""

from rest_framework import serializers


class FileShape(serializers.Serializer):
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


class TopicShape(serializers.Serializer):
    """A topic."""

    id = serializers.IntegerField()
    topicKey = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    files = FileShape(many=True)


class LessonTestShape(serializers.Serializer):
    """A lesson's test; score in percent, time in minutes, attempts null for any number."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    questionsCount = serializers.IntegerField()
    passingScore = serializers.IntegerField()
    timeLimit = serializers.IntegerField()
    attempts = serializers.IntegerField(allow_null=True)


class FinalTestShape(LessonTestShape):
    """The final test, in both spellings."""

    description = serializers.CharField(allow_null=True)
    questions_count = serializers.IntegerField()
    passing_score = serializers.IntegerField()
    time_limit = serializers.IntegerField()


class LessonShape(serializers.Serializer):
    """A lesson."""

    id = serializers.IntegerField()
    lessonKey = serializers.CharField()
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    test = LessonTestShape(allow_null=True)
    topics = TopicShape(many=True)


class ProgramShape(serializers.Serializer):
    """A program as one tree."""

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
    finalTest = FinalTestShape(allow_null=True)
    lessons = LessonShape(many=True)


class ActiveFileShape(FileShape):
    """A file of a topic with its state."""

    isActive = serializers.BooleanField()


class TopicFilesResponse(serializers.Serializer):
    """Answer of GET topics/{id}/files."""

    data = ActiveFileShape(many=True)


class CourseProgramResponse(serializers.Serializer):
    """Answer of GET /stations/{id}/course-program."""

    courseProgram = ProgramShape(allow_null=True)
