using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Configuration;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Tests;

/// <summary>The product's topology in a virtual host of its own on the real broker, so that nobody else reads its queues.</summary>
internal sealed class VirtualHost : IAsyncDisposable
{
    private readonly IConfiguration _settings;
    private readonly string _name = $"test-{Ulid.NewUlid()}";

    private VirtualHost(IConfiguration settings) => _settings = settings;

    public Uri Uri => new UriBuilder(_settings["RabbitMq:Uri"]!) { Path = _name }.Uri;

    /// <param name="settings">A service's.</param>
    public static async Task<VirtualHost> Create(IConfiguration settings)
    {
        var host = new VirtualHost(settings);
        await host.Manage(HttpMethod.Put, $"vhosts/{host._name}");
        await host.Manage(
            HttpMethod.Put,
            $"permissions/{host._name}/{host.Uri.UserInfo.Split(':')[0]}",
            """{ "configure": ".*", "write": ".*", "read": ".*" }""");
        await host.Manage(
            HttpMethod.Post,
            "definitions",
            TopologyDefinitions.Json(["stripe-a", "stripe-b"])
                .Replace("\"vhost\": \"/\"", $"\"vhost\": \"{host._name}\"", StringComparison.Ordinal));
        return host;
    }

    public async ValueTask DisposeAsync() => await Manage(HttpMethod.Delete, $"vhosts/{_name}");

    private async Task Manage(HttpMethod method, string path, string? json = null)
    {
        var management = new Uri(_settings["RabbitMq:ManagementUri"]!);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(management.UserInfo)));
        using var request = new HttpRequestMessage(
            method, new UriBuilder(management) { UserName = "", Password = "", Path = $"/api/{path}" }.Uri);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
