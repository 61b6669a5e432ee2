using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Payments.Testing;

namespace Payments.Operations.Tests.Problems;

public sealed class ApiShapeTests(OperationsApp app) : IClassFixture<OperationsApp>
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task OpenApiDocument_AsServed_IsApproved()
    {
        var document = JsonNode.Parse(await app.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;

        Approved.Verify(document.ToJsonString(Indented), "json");
    }

    [Fact]
    public void Routes_AsMapped_AreApproved()
    {
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => $"{Methods(e)} {e.RoutePattern.RawText}")
            .Order(StringComparer.Ordinal);

        Approved.Verify(string.Join('\n', routes));
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/payments", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/payments", HttpStatusCode.UnsupportedMediaType)]
    public async Task Request_ThatNoRouteTakes_IsAProblem(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent("x");

        using var response = await app.Http.SendAsync(request);

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe(Answers.ProblemType);
    }

    [Fact]
    public async Task Health_ServersThere_IsReady() =>
        (await app.Http.GetStringAsync(new Uri("/health/ready", UriKind.Relative))).ShouldBe("Healthy");

    private static string Methods(RouteEndpoint endpoint) =>
        string.Join('|', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]);
}
