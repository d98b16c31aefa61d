"""Addresses of the flow pages."""

from django.urls import path

from trees_app import views

urlpatterns = [
    path("flows", views.flow_list, name="flow-list"),
    path("new", views.flow_list, {"choosing": True}, name="session-new"),
    path("flows/<id:pk>", views.flow_detail, name="flow-detail"),
    path("flows/<id:pk>/delete", views.delete, name="flow-delete"),
    path("flows/<id:pk>/publish", views.publish, name="flow-publish"),
]
