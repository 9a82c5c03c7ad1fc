"""Pure parts: terms, synonyms, slips, joined orders."""

from search.ranking import fused
from search.slips import Vocabulary, corrected, is_near
from search.synonyms import concepts, sets, synonyms
from search.terms import index_counts, phrase_terms, stem


def vocabulary(*titles, words=()):
    made = Vocabulary()
    for title in titles:
        made.add_phrases(title)
    made.add_words(words)
    return made


def mend(query, *titles, words=()):
    known = {term for title in titles for term in index_counts(title)} | {stem(w) for w in words}
    return corrected(query, vocabulary(*titles, words=words), known.__contains__)


def test_equivalent_terms_find_each_other_in_both_directions():
    for kind, terms in sets():
        if kind == "equivalent":
            for term in terms:
                assert set(terms) - {term} <= set(synonyms()[term])


def test_oneway_terms_find_their_members_only():
    assert ("u盘" in synonyms()["移动介质"], "移动介质" in synonyms()["u盘"]) == (True, False)


def test_question_is_cut_into_what_it_asks_for():
    asked = [concept.text for concept in concepts("怎样管理U盘和远程运维的账号？")]
    assert asked == ["管理", "u盘", "远程运维", "账号"]


def test_operators_of_the_server_are_no_part_of_a_question():
    assert [one.text for one in concepts('-白名单 "防火墙" --')] == ["白名单", "防火墙"]


def test_question_of_fillers_alone_is_searched_as_it_is():
    assert [concept.text for concept in concepts("the")] == ["the"]


def test_latin_words_inside_chinese_keep_their_border():
    assert set(phrase_terms("5G专网")) == {"5g专", "专网", "5g"} & set(index_counts("5G专网"))


def test_numbers_are_found_with_and_without_strokes():
    text = index_counts("按 GB/T 22239-2019 执行")
    assert {"gb", "t", "gbt", "22239", "2019", "222392019"} <= set(text)


def test_endings_of_english_words_do_not_matter():
    assert stem("policies") == stem("policy")
    assert stem("gateways") == stem("gateway")
    assert (stem("plc"), stem("mes")) == ("plc", "mes")


def test_pinyin_becomes_the_words_of_public_titles():
    assert mend("biaoshijiexi", "标识解析二级节点") == "标识解析"
    assert mend("zhengshu chayan", "查验证书", "证书与查验") == "证书 查验"


def test_characters_of_the_same_sound_are_put_right():
    assert mend("工业防火樯", "工业防火墙的部署") == "工业防火墙"


def test_a_pair_that_only_meets_at_a_border_stays():
    assert mend("图纸外发", "图纸之外", "外发审批") == "图纸外发"


def test_english_slips_are_put_right_and_known_words_stay():
    assert mend("remote maintanance", words=["remote", "maintenance"]) == "remote maintenance"
    assert mend("firmware", words=["firmware", "firewall"]) == "firmware"


def test_nearness_allows_one_slip_and_two_in_long_words():
    assert (is_near("gatewya", "gateway"), is_near("plant", "plans")) == (True, True)
    assert (is_near("maintanence", "maintenance"), is_near("plant", "plane1")) == (True, False)


def test_words_taken_out_again_leave_no_trace():
    made = vocabulary("秘密项目", words=["secretword"])
    made.add_phrases("秘密项目", -1)
    made.add_words(["secretword"], -1)
    assert (made.phrase_of("mimi"), made.nearest_word("secretwort")) == ("", "")


def test_joined_orders_put_first_what_both_put_high():
    assert fused([1, 2, 3], [2, 4, 1]) == [2, 1, 4, 3]
