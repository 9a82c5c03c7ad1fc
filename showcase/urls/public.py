from django.urls import path

from showcase.views import public

urlpatterns = [path("selection/", public.selection, name="selection")]
