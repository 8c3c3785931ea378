{{ stage_exams('theory_exams') }}
