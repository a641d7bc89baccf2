// Made by tests/golden/16-chat.py with transformers. Do not edit.
#pragma once
static const char golden_template[] =
    "{{ '<bos>' }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '<q>' + message['content'] }}{% "
    "elif message['role'] == 'assistant' %}{{ '<a>' }}{% generation %}{{ message['content'] + '<eos>' }}{% "
    "endgeneration %}{% else %}{{ raise_exception('this model knows a user and an assistant') }}{% endif %}{% endfor "
    "%}{% if add_generation_prompt %}{{ '<a>' }}{% endif %}";
static const struct golden_conversation {
    int turns;
    const char *said[5];
    int count, id[40], learn[40];
} golden_conversations[] = {
    {2, {"count cat cat", "2 ."}, 9, {1, 3, 135, 25, 25, 4, 59, 93, 2}, {0, 0, 0, 0, 0, 0, 1, 1, 1}},
    {1, {"where does tom live ?"}, 8, {1, 3, 123, 124, 5, 125, 95, 4}, {0, 0, 0, 0, 0, 0, 0, 0}},
    {2,
     {"where does tom live ?", "sure , tom lives in the camp . thanks ."},
     19,
     {1, 3, 123, 124, 5, 125, 95, 4, 79, 94, 5, 105, 101, 98, 24, 93, 80, 93, 2},
     {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    {5,
     {"reverse cat dog hen", "hen dog cat .", "what is 3 + 4 ?", "3 + 4 is 7 .", "repeat red blue"},
     32,
     {1,  3,  134, 25, 26, 27, 4,  27,  26, 25, 93, 2, 3,   122, 102, 60,
      96, 61, 95,  4,  60, 96, 61, 102, 64, 93, 2,  3, 133, 41,  42,  4},
     {0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}},
    {4,
     {"ann found a blue key . what is red ?", "i do not know .", "what is blue ?", "the blue key ."},
     30,
     {1,   3,   6,  117, 99, 42,  50,  93, 122, 102, 41, 95, 4,  130, 129,
      131, 132, 93, 2,   3,  122, 102, 42, 95,  4,   98, 42, 50, 93,  2},
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}},
};
