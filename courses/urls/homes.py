from django.urls import path

from courses.views import homes

urlpatterns = [
    path("training/", homes.training_home, name="training_home"),
    path("learning/", homes.learning_home, name="learning_home"),
]
