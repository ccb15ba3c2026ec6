"""Examples of tests and results."""

_QUESTIONS = [
    {
        "id": 9001,
        "question": "Что проверяют первым перед пуском агрегата?",
        "options": ["Уровень масла", "Цвет ограждения"],
        "correctAnswer": 0,
        "points": 1,
        "image": "",
        "explanation": "Без масла подшипники выйдут из строя.",
        "order_index": 0,
    },
    {
        "id": 9002,
        "question": "Кто даёт разрешение на пуск?",
        "options": ["Диспетчер", "Любой работник смены"],
        "correctAnswer": 0,
        "points": 1,
        "image": "",
        "explanation": "",
        "order_index": 1,
    },
]
LESSON_TEST = {
    "id": 1001,
    "title": "Проверка к уроку 1",
    "description": "",
    "questions": _QUESTIONS,
    "passingScore": 70,
    "timeLimit": 20,
    "attempts": None,
}
FINAL_TEST = {
    "id": 1003,
    "title": "Итоговая проверка",
    "description": "",
    "questions": _QUESTIONS,
    "passingScore": 70,
    "timeLimit": 30,
    "attempts": 3,
}
RESULT = {
    "id": 3001,
    "score": 100,
    "is_passed": True,
    "correct_answers": 2,
    "total_questions": 2,
    "time_spent": 95,
    "completed_at": "2026-11-21T07:00:00+00:00",
}
RESULTS = {
    "data": [RESULT],
    "total_attempts": 1,
}
ANSWERS_REQUEST = {
    "test_id": 1001,
    "test_type": "lesson",
    "score": 100,
    "is_passed": True,
    "correct_answers": 2,
    "total_questions": 2,
    "time_spent": 95,
    "answers_data": {
        "0": {
            "questionId": 9001,
            "selectedAnswer": 0,
            "correctAnswer": 0,
            "isCorrect": True,
        },
        "1": {
            "questionId": 9002,
            "selectedAnswer": 0,
            "correctAnswer": 0,
            "isCorrect": True,
        },
    },
}
STORED_RESULT = {
    "id": 3001,
    "test_id": 1001,
    "test_type": "lesson",
    "score": 100,
    "is_passed": True,
    "correct_answers": 2,
    "total_questions": 2,
    "time_spent": 95,
    "completed_at": "2026-11-21T07:00:00+00:00",
}
