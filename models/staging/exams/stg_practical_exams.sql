{{ stage_exams('practical_exams') }}
