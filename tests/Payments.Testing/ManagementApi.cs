using System.Net.Http.Headers;
using System.Text;

namespace Payments.Testing;

/// <summary>The broker's management API, with the settings that Operations has.</summary>
public static class ManagementApi
{
    /// <summary>Returns the body of the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Without a leading slash, such as <c>api/connections</c>.</param>
    /// <param name="json">The body, where the request has one.</param>
    /// <exception cref="HttpRequestException">The answer is no success, or there is none.</exception>
    public static async Task<string> Send(HttpMethod method, string path, string? json = null)
    {
        var uri = new Uri(RunDirectory.Settings("operations")["RabbitMq__ManagementUri"]);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, $"http://{uri.Authority}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
