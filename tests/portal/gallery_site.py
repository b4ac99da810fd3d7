"""A site of two pages for the tests of the design language: the gallery, and a form for the scripts.

The portal's own addresses belong to its screens; these tests do not wait for them.
"""

from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from portal.gallery import gallery
from portal.preferences import big_text

DESK = """{% extends "shells/staff.html" %}{% load portal_ui %}
{% block title %}脚本{% endblock %}
{% block content %}<h1>脚本</h1>
<p data-saved></p>
<form data-autosave="/save/" action="/save/" method="post">{% csrf_token %}
<label for="words">说明</label><textarea id="words" name="words"></textarea></form>
<form data-upload data-max-mb="1" action="/upload/" method="post" enctype="multipart/form-data">{% csrf_token %}
{% include "components/upload.html" with name="files" id="files" label="材料" accept=".pdf" accept_text="PDF" max_mb=1 only %}
</form>
<form id="decide" action="/decided/" method="post">{% csrf_token %}
<button class="btn btn-primary" data-opens="sure">送复核</button></form>
{% include "components/confirm.html" with id="sure" title="送复核？" lines=lines label="确认送复核" only %}
<button type="button" id="yes" data-key="Y" data-key-name="符合">符合</button>
<form data-bulk><div class="bulk"><span data-chosen></span></div><table class="tb" data-rows><tbody>
<tr><td><input type="checkbox" aria-label="甲"></td><td><a href="#a">甲</a></td></tr>
<tr><td><input type="checkbox" aria-label="乙"></td><td><a href="#b">乙</a></td></tr>
</tbody></table></form>
{% endblock %}"""


def desk(request):
    return HttpResponse(engines["django"].from_string(DESK).render({"lines": ["送处长复核。"]}, request))


def save(request):
    return JsonResponse({"saved": f"已自动保存：{request.POST['words']}"})


def upload(request):
    name = request.FILES["files"].name
    if name.startswith("坏"):
        return JsonResponse({"message": "文件打不开，没有保存。请重新扫描后再传。"}, status=422)
    return JsonResponse({"next": "/decided/"})


def decided(request):
    return HttpResponse(f"<link rel=icon href=data:,><h1>{request.method}</h1>")


urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("", gallery),
    path("register/", gallery),
    path("law/", gallery),
    path("desk/", desk),
    path("desk/cases/", desk),
    path("my/", gallery),
    path("save/", save),
    path("upload/", upload),
    path("decided/", decided),
    path("preferences/big-text/", big_text),
]
